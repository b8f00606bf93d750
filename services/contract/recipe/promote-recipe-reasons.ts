import type { BackendId } from './recipe.ts';

/** Why somebody whose run before went well goes there. */
export const promotionReasons: Readonly<Record<BackendId, string>> = {
  torchao: 'Weights alone are the quickest way to see whether a model survives quantization.',
  'modelopt.pytorch':
    'The weights have been tried; now see what quantized activations cost, while every layer can still be changed.',
  'modelopt.onnx':
    'The rules have been tried on the checkpoint; now they become Q/DQ pairs in ONNX, from which TensorRT builds its engine.',
};

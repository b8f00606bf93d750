import type { TorchMethod } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { OnnxTensor } from '#engine/formats/onnx/model.ts';
import { tensorFloats } from '#engine/formats/onnx/tensor.ts';
import type { Amax, Quantizer } from '../quantizer.ts';
import { weightAmax } from '../weights/weight-amax.ts';
import { mseAmax } from '../weights/weight-amax-mse.ts';

/**
 * The amax of a weight that a BatchNorm was folded into, found in the graph's constant by the method of the recipe. The
 * calibrated one is of the weight before. Source: modelopt/torch/_deploy/utils/torch_onnx.py, which does so for FP8.
 */
export function foldedAmax(constant: OnnxTensor, { axis, format }: Quantizer, method: TorchMethod): Amax {
  const { name, shape } = constant;
  const values = tensorFloats(constant);
  const amax = weightAmax({ name, values, shape }, axis);
  return method === 'mse' && (axis ?? 0) === 0 ? mseAmax(values, amax, format) : amax;
}

import { type BackendCard, backendCard } from './catalogue.ts';

export type Wishes = {
  /** Is production on TensorRT the target? */
  readonly targetsTensorrt: boolean;
  /** Must activations be quantized as well? */
  readonly quantizesActivations: boolean;
};

export type Advice = {
  readonly backend: BackendCard;
  readonly reasons: readonly string[];
  /** The step after this one, or before it, in the progression torchao → modelopt.pytorch → modelopt.onnx. */
  readonly next: string | null;
};

/** The two questions of TAO Quant's “Choosing a backend”, answered. */
export function adviseBackend({ targetsTensorrt, quantizesActivations }: Wishes): Advice {
  if (targetsTensorrt)
    return {
      backend: backendCard('modelopt.onnx'),
      reasons: [
        'TensorRT builds its engines from ONNX with Q/DQ nodes, and that is what this backend writes.',
        'Weights and activations are both quantized, with scales from your calibration data.',
      ],
      next: 'Only a .pth so far? Export it to ONNX, and measure the export before you quantize it.',
    };
  if (quantizesActivations)
    return {
      backend: backendCard('modelopt.pytorch'),
      reasons: [
        'It quantizes weights and activations and stays in PyTorch, so that you can evaluate and adjust layer by layer.',
        'Every scale it finds carries over when you export.',
      ],
      next: 'When the accuracy holds, take the same rules to modelopt.onnx for deployment.',
    };
  return {
    backend: backendCard('torchao'),
    reasons: [
      'It needs nothing but the checkpoint and takes seconds.',
      'If accuracy already falls here, quantized activations will not bring it back.',
    ],
    next: 'When the weights hold, add activations and calibration with modelopt.pytorch.',
  };
}

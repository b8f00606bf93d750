import type { QdqScale } from '#engine/graph/insert/insert-qdq.ts';
import type { QuantizedTensor } from '#engine/graph/insert/quantized-tensors.ts';
import { tensorAbsmax } from '#engine/graph/tensor-absmax.ts';
import type { CalibratedRange } from '#engine/numerics/calibration/calibrator.ts';
import { onnxInt8Scale, onnxInt8ScaleOfHalf } from '#engine/numerics/onnx-int8-scale.ts';
import { finite } from '../finite-absmax.ts';
import type { Network } from './network.ts';

const scaleOf = { float32: onnxInt8Scale, float16: onnxInt8ScaleOfHalf } as const;

/**
 * Scales of weights from their values, of activations from the ranges that calibration saw. Shapes: one scale for a
 * tensor, or one for each index of its axis. Errors: those of `finite`.
 */
export function scalesOf(
  network: Network,
  tensors: readonly QuantizedTensor[],
  ranges: ReadonlyMap<string, CalibratedRange>,
): readonly QdqScale[] {
  return tensors.map(({ tensor, axis, sameAs }) => {
    const source = sameAs ?? tensor;
    const dtype = network.floatType(tensor) ?? 'float32';
    const scale = scaleOf[dtype];
    const weight = network.weights.get(source);
    if (weight) {
      const absmax = tensorAbsmax(weight, axis);
      if (!absmax) throw new Error(`${source} of the type ${weight.dtype} has no absolute maximum`);
      return { tensor, axis, dtype, scales: finite(absmax, source, axis).map((value) => scale(-value, value)) };
    }
    const range = ranges.get(source);
    if (!range) throw new Error(`no range was observed for ${source}`);
    return { tensor, axis, dtype, scales: Float32Array.of(scale(range.min, range.max)) };
  });
}

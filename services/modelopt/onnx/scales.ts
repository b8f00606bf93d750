import { tensorFloats } from '#engine/formats/onnx/tensor.ts';
import type { QdqScale } from '#engine/graph/insert/insert-qdq.ts';
import type { QuantizedTensor } from '#engine/graph/insert/quantized-tensors.ts';
import type { CalibratedRange } from '#engine/numerics/calibration/calibrator.ts';
import { onnxInt8Scale, onnxInt8ScaleOfHalf } from '#engine/numerics/onnx-int8-scale.ts';
import { finiteAbsmax } from '../finite-absmax.ts';
import type { Network } from './network.ts';

const scaleOf = { float32: onnxInt8Scale, float16: onnxInt8ScaleOfHalf } as const;

/**
 * Scales of weights from their values, of activations from the ranges that calibration saw. Shapes: one scale for a
 * tensor, or one for each index of its axis. Errors: those of `finiteAbsmax`.
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
      const absmax = finiteAbsmax({ name: source, values: tensorFloats(weight), shape: weight.shape }, axis);
      return { tensor, axis, dtype, scales: absmax.map((value) => scale(-value, value)) };
    }
    const range = ranges.get(source);
    if (!range) throw new Error(`no range was observed for ${source}`);
    return { tensor, axis, dtype, scales: Float32Array.of(scale(range.min, range.max)) };
  });
}

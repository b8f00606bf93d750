import { InputError } from '#contract/failure.ts';
import { elementCount, tensorFloats } from '#engine/formats/onnx/tensor.ts';
import type { QdqScale } from '#engine/graph/insert/insert-qdq.ts';
import type { QuantizedTensor } from '#engine/graph/insert/quantized-tensors.ts';
import type { Range } from '#engine/inference/observe-range.ts';
import { channelAbsmax } from '#engine/numerics/channel-absmax.ts';
import { roundToFloat16 } from '#engine/numerics/float16.ts';
import { onnxInt8Scale } from '#engine/numerics/onnx-int8-scale.ts';
import type { Network } from './network.ts';

/**
 * Scales of weights from their values, of activations from the ranges that calibration saw. Shapes: one scale for a
 * tensor, or one for each index of its axis.
 * Errors: CORRUPT_FILE if a weight holds NaN or infinity; RECIPE_INVALID if a rule names an axis the weight lacks.
 */
export function scalesOf(
  network: Network,
  tensors: readonly QuantizedTensor[],
  ranges: ReadonlyMap<string, Range>,
): readonly QdqScale[] {
  return tensors.map((quantized) => {
    const { tensor, axis } = quantized;
    const dtype = network.floatType(tensor) ?? 'float32';
    const scale = dtype === 'float16' ? float16Scale : onnxInt8Scale;
    if (network.weights.has(tensor)) {
      const amax = weightAmax(network, quantized);
      return { tensor, axis: normalized(network, quantized), dtype, scales: amax.map((value) => scale(-value, value)) };
    }
    const range = ranges.get(tensor);
    if (!range) throw new Error(`no range was observed for ${tensor}`);
    return { tensor, axis, dtype, scales: Float32Array.of(scale(range.min, range.max)) };
  });
}

function weightAmax(network: Network, quantized: QuantizedTensor): Float32Array {
  const weight = network.weights.get(quantized.tensor);
  if (!weight) return new Float32Array(0);
  const values = tensorFloats(weight);
  const axis = normalized(network, quantized);
  const amax =
    axis === null
      ? channelAbsmax(values, [1, elementCount(weight.shape)], 0)
      : channelAbsmax(values, weight.shape, axis);
  const wrong = amax.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new InputError(
      'CORRUPT_FILE',
      `The weight ${weight.name} holds ${Number.isNaN(amax[wrong]) ? 'NaN' : 'an infinite value'}${axis === null ? '' : ` in channel ${wrong}`}; it cannot be quantized.`,
    );
  }
  return amax;
}

/** The axis counted from the front. */
function normalized(network: Network, { tensor, axis }: QuantizedTensor): number | null {
  const rank = network.weights.get(tensor)?.shape.length ?? 0;
  if (axis === null) return null;
  const positive = axis < 0 ? axis + rank : axis;
  if (positive >= 0 && positive < rank) return positive;
  throw new InputError(
    'RECIPE_INVALID',
    `A rule sets quant_axis ${axis} for the weight ${tensor}, which has ${rank} dimensions.`,
  );
}

/** The least normal binary16. */
const tiny = 2 ** -14;

/** The same formula as for float32, with 2a and the scale in binary16, as NumPy computes it for a float16 tensor. */
function float16Scale(min: number, max: number): number {
  const absmax = Math.max(Math.abs(Math.min(min, 0)), Math.abs(Math.max(max, 0)));
  const scale = roundToFloat16(2 * absmax) / 254;
  return scale < tiny ? 1 : roundToFloat16(scale);
}

import type { OnnxTensor } from '#engine/formats/onnx/model.ts';
import { tensorBytes } from '#engine/formats/onnx/tensor.ts';
import { channelAbsmax } from '#engine/numerics/channel-absmax.ts';
import { float8ToNumber } from '#engine/numerics/float8.ts';
import { floatsOf, isFloat } from '../precision/convert-tensor.ts';
import type { Weight } from './weighted.ts';

export type ChannelAmax = { readonly amax: number; readonly scale: number };

/**
 * The largest magnitude of each channel, or of the tensor, with the scale it is divided by; of folded weights the
 * magnitude in units of the scale, times it. null where that cannot be told. Reads the weight, once for each `Weight`.
 */
export function weightAmax(weight: Weight): readonly ChannelAmax[] | null {
  const found = known.get(weight);
  if (found !== undefined) return found;
  const amax = measure(weight);
  known.set(weight, amax);
  return amax;
}

const known = new WeakMap<Weight, readonly ChannelAmax[] | null>();

function measure({ stored, dq }: Weight): readonly ChannelAmax[] | null {
  const scales = dq?.scales;
  if (!stored || !scales || scales.length === 0 || (scales.length > 1 && dq?.axis === null)) return null;
  const values = valuesOf(stored);
  const axis = (dq?.axis ?? 0) < 0 ? (dq?.axis ?? 0) + stored.shape.length : (dq?.axis ?? 0);
  if (!values || (scales.length > 1 && stored.shape[axis] !== scales.length)) return null;
  const isPerTensor = scales.length === 1;
  const amax = isPerTensor ? channelAbsmax(values, [1, values.length], 0) : channelAbsmax(values, stored.shape, axis);
  const unit = (scale: number) => (isFloat(stored.dtype) ? 1 : scale);
  return Array.from(amax, (one, channel) => {
    const scale = scales[channel] ?? 1;
    return { amax: one * unit(scale), scale };
  });
}

function valuesOf(stored: OnnxTensor): Float32Array | null {
  if (isFloat(stored.dtype)) return floatsOf(stored);
  const number = stored.dtype ? folded[stored.dtype] : undefined;
  return number ? Float32Array.from(tensorBytes(stored), number) : null;
}

const folded: Readonly<Record<string, (byte: number) => number>> = {
  int8: (byte) => (byte << 24) >> 24,
  float8_e4m3fn: (byte) => float8ToNumber(byte, 'fp8_e4m3fn'),
};

import { isFloat } from '../precision/convert-tensor.ts';
import { tensorAbsmax } from '../tensor-absmax.ts';
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
  const axis = (dq?.axis ?? 0) < 0 ? (dq?.axis ?? 0) + stored.shape.length : (dq?.axis ?? 0);
  const isPerTensor = scales.length === 1;
  if (!isPerTensor && stored.shape[axis] !== scales.length) return null;
  const amax = tensorAbsmax(stored, isPerTensor ? null : axis);
  const unit = (scale: number) => (isFloat(stored.dtype) ? 1 : scale);
  return (
    amax &&
    Array.from(amax, (one, channel) => {
      const scale = scales[channel] ?? 1;
      return { amax: one * unit(scale), scale };
    })
  );
}

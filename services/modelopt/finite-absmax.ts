import { InputError } from '#contract/failure.ts';
import { channelAbsmax } from '#engine/numerics/channel-absmax.ts';

export type Weight = { readonly name: string; readonly values: Float32Array; readonly shape: readonly number[] };

/**
 * max |w| of each channel along `axis` [shape[axis]], or with axis null of the tensor [1].
 * Errors: UNSUPPORTED if a value is NaN or infinite, naming weight and channel.
 */
export function finiteAbsmax({ name, values, shape }: Weight, axis: number | null): Float32Array {
  const absmax = axis === null ? channelAbsmax(values, [1, values.length], 0) : channelAbsmax(values, shape, axis);
  return finite(absmax, name, axis);
}

/** `absmax` itself. Errors: those of `finiteAbsmax`. */
export function finite(absmax: Float32Array, name: string, axis: number | null): Float32Array {
  const wrong = absmax.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return absmax;
  const what = Number.isNaN(absmax[wrong]) ? 'NaN' : 'an infinite value';
  throw new InputError(
    'UNSUPPORTED',
    `${name} holds ${what}${axis === null ? '' : ` in channel ${wrong}`}, which no scale can represent`,
    { remedy: 'Look at how the model was trained or saved, or name the layer in skip_names.' },
  );
}

import { InputError } from '#contract/failure.ts';
import { channelAbsmax } from '#engine/numerics/channel-absmax.ts';
import type { Amax } from './quantizer.ts';

export type Weight = { readonly name: string; readonly values: Float32Array; readonly shape: readonly number[] };

/**
 * max |w| as ModelOpt calibrates weights: of each channel along `axis`, [O, I, k, k] -> [O, 1, 1, 1], or of the
 * tensor, -> []. A row of zeros has amax 0, and quantizes to zeros.
 * Errors: UNSUPPORTED if a weight is NaN or infinite.
 */
export function weightAmax({ name, values, shape }: Weight, axis: number | null): Amax {
  const flat = axis === null ? channelAbsmax(values, [1, values.length], 0) : channelAbsmax(values, shape, axis);
  const wrong = flat.findIndex((amax) => !Number.isFinite(amax));
  if (wrong >= 0) {
    const where = axis === null ? '' : ` in channel ${wrong}`;
    throw new InputError(
      'UNSUPPORTED',
      `${name} has a NaN or an infinite value${where}; no scale can be taken from that`,
      {
        remedy: 'Look at how the checkpoint was trained or saved, or name the layer in skip_names.',
      },
    );
  }
  return { values: flat, shape: axis === null ? [] : shape.map((size, i) => (i === axis ? size : 1)) };
}

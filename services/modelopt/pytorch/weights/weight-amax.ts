import { finiteAbsmax, type Weight } from '../../finite-absmax.ts';
import type { Amax } from '../quantizer.ts';

/**
 * max |w| as ModelOpt calibrates weights: of each channel along `axis`, [O, I, k, k] -> [O, 1, 1, 1], or of the
 * tensor, -> []. A row of zeros has amax 0, and quantizes to zeros. Errors: those of `finiteAbsmax`.
 */
export function weightAmax(weight: Weight, axis: number | null): Amax {
  const values = finiteAbsmax(weight, axis);
  return { values, shape: axis === null ? [] : weight.shape.map((size, i) => (i === axis ? size : 1)) };
}

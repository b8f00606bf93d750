import { finiteAbsmax, type Weight } from '../../finite-absmax.ts';
import type { Amax } from '../quantizer.ts';

/**
 * max |w| as ModelOpt calibrates weights: of each channel along `axis`, [O, I, k, k] -> [O, 1, 1, 1], or of the
 * tensor, -> [], as also where there is one channel. A row of zeros has amax 0, and quantizes to zeros. Errors: those
 * of `finiteAbsmax`. Source: modelopt/torch/quantization/utils/core_utils.py, `reduce_amax`.
 */
export function weightAmax(weight: Weight, axis: number | null): Amax {
  const values = finiteAbsmax(weight, axis);
  const isOne = axis === null || values.length === 1;
  return { values, shape: isOne ? [] : weight.shape.map((size, i) => (i === axis ? size : 1)) };
}

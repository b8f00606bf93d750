import { columnAbsmax, rowAbsmax } from '../kernels/kernels.ts';

/**
 * max |x| of each slice along `axis`: `values` of `shape` -> [shape[axis]]. NaN propagates.
 * Axis 0 is the rows of [N, rest], the last axis the columns of [rest, N]; between them every outer index gives
 * a matrix [N, inner], and the slices of all of them are joined.
 */
export function channelAbsmax(values: Float32Array, shape: readonly number[], axis: number): Float32Array {
  const channels = shape[axis];
  if (channels === undefined) throw new RangeError(`shape [${shape.join(', ')}] has no axis ${axis}`);
  const outer = product(shape.slice(0, axis));
  const inner = product(shape.slice(axis + 1));
  if (outer === 1) return rowAbsmax(values, channels, inner);
  if (inner === 1) return columnAbsmax(values, outer, channels);
  const perOuter = rowAbsmax(values, outer * channels, inner);
  return columnAbsmax(perOuter, outer, channels);
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}

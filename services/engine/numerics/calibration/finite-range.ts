import { rowRange } from '../../kernels/kernels.ts';
import type { CalibratedRange } from './calibrator.ts';

/** Least and greatest of a batch; { 0, 0 } of none. RangeError if a value is NaN or infinite. */
export function finiteRange(values: Float32Array): CalibratedRange {
  return finiteRanges(values, 1)[0] ?? nothing;
}

const nothing: CalibratedRange = { min: 0, max: 0 };

/** The same of so many batches of one size, which lie one after the other: `values` [batches, …]. */
export function finiteRanges(values: Float32Array, batches: number): readonly CalibratedRange[] {
  if (values.length === 0) return Array.from({ length: batches }, () => nothing);
  const { min, max } = rowRange(values, batches, values.length / batches);
  return Array.from(min, (least, batch) => finite(least, max[batch] ?? Number.NaN));
}

function finite(min: number, max: number): CalibratedRange {
  if (Number.isFinite(min) && Number.isFinite(max)) return { min, max };
  throw new RangeError(`values from ${min} to ${max} cannot be calibrated: one of them is not finite`);
}

/** The greatest magnitude in a range. */
export function amaxOf({ min, max }: CalibratedRange): number {
  return Math.max(Math.abs(min), Math.abs(max));
}

/** Both; the seen one may not exist yet. */
export function union(seen: CalibratedRange | null, next: CalibratedRange): CalibratedRange {
  return seen ? { min: Math.min(seen.min, next.min), max: Math.max(seen.max, next.max) } : next;
}

/** [-amax, amax], but no wider than the values were. */
export function symmetricWithin(amax: number, seen: CalibratedRange): CalibratedRange {
  return { min: Math.max(-amax, seen.min), max: Math.min(amax, seen.max) };
}

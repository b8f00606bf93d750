import { rowRange } from '../../kernels/kernels.ts';
import type { CalibratedRange } from './calibrator.ts';

/** Least and greatest of a batch; { 0, 0 } of none. RangeError if a value is NaN or infinite. */
export function finiteRange(values: Float32Array): CalibratedRange {
  if (values.length === 0) return { min: 0, max: 0 };
  const { min, max } = rowRange(values, 1, values.length);
  const range = { min: min[0] ?? Number.NaN, max: max[0] ?? Number.NaN };
  if (Number.isFinite(range.min) && Number.isFinite(range.max)) return range;
  throw new RangeError(`values from ${range.min} to ${range.max} cannot be calibrated: one of them is not finite`);
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

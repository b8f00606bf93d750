import { magnitudeHistogram } from '../../kernels/kernels.ts';
import type { CalibratedRange } from './calibrator.ts';
import { amaxOf, finiteRange, union } from './finite-range.ts';

/**
 * A histogram of |x| over [0, 2^exponent), the least such range that holds all values. Widths are powers of two: what
 * merges when the range doubles is what would have been counted together from the start, so the histogram depends
 * neither on the order of the values nor on how they were cut into batches.
 */
export type MagnitudeHistogram = {
  /** [bins], a power of two of them. */
  readonly counts: Float64Array;
  readonly exponent: number;
  readonly seen: CalibratedRange | null;
};

/** Below 2^-110 everything is in the first bin: no int8 scale is that small, and 1 / width is still a normal f32. */
const leastExponent = -110;

export function emptyMagnitudes(bins: number): MagnitudeHistogram {
  return { counts: new Float64Array(bins), exponent: leastExponent, seen: null };
}

/** Of one bin. */
export function widthOf({ counts, exponent }: MagnitudeHistogram): number {
  return 2 ** exponent / counts.length;
}

/** The histogram with one more batch in it. RangeError if a value is NaN or infinite. */
export function addMagnitudes(histogram: MagnitudeHistogram, values: Float32Array): MagnitudeHistogram {
  const range = finiteRange(values);
  const exponent = Math.max(histogram.exponent, exponentAbove(amaxOf(range)));
  const fresh = magnitudeHistogram(values, histogram.counts.length, histogram.counts.length / 2 ** exponent);
  const counts = new Float64Array(fresh);
  const wider = 2 ** (exponent - histogram.exponent);
  for (let bin = 0; bin < counts.length; bin++) {
    // Not >>: a shift of 32 or more is one of 0 in JavaScript.
    const to = wider === 1 ? bin : Math.floor(bin / wider);
    counts[to] = (counts[to] ?? 0) + (histogram.counts[bin] ?? 0);
  }
  return { counts, exponent, seen: union(histogram.seen, range) };
}

/** The least e with x < 2^e. */
function exponentAbove(x: number): number {
  if (x === 0) return leastExponent;
  let exponent = Math.floor(Math.log2(x)) + 1;
  // A logarithm just below a power of two may be rounded up to it, and the other way round.
  if (x >= 2 ** exponent) exponent++;
  if (x < 2 ** (exponent - 1)) exponent--;
  return exponent;
}

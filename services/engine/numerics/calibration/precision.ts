import { roundToFloat16 } from '../float16.ts';
import type { CalibratedDtype } from './calibrator.ts';

/** Numbers as NumPy keeps them in an array of that dtype: every operation is rounded by `round`. */
export type Precision = {
  readonly dtype: CalibratedDtype;
  round(x: number): number;
  readonly largest: number;
};

export const precisions = {
  float32: { dtype: 'float32', round: Math.fround, largest: (2 - 2 ** -23) * 2 ** 127 },
  float16: { dtype: 'float16', round: roundToFloat16, largest: 65504 },
} as const satisfies Record<CalibratedDtype, Precision>;

/** `round`, but the largest finite value instead of an infinity. */
export function saturate(x: number, { round, largest }: Precision): number {
  return Math.min(round(x), largest);
}

/**
 * NumPy's a // b of positive f32: not floor(a / b), which may have been rounded up to an integer, but the quotient of
 * a - (a mod b). Halves are divided in f32 and rounded afterwards.
 * Source: numpy/_core/src/npymath/npy_math_internal.h.src, `npy_divmod`.
 */
export function floorDivide(a: number, b: number, { round }: Precision): number {
  const quotient = Math.fround(Math.fround(a - (a % b)) / b);
  const whole = Math.floor(quotient);
  return round(quotient - whole > 0.5 ? whole + 1 : whole);
}

import { roundToBfloat16 } from '#engine/numerics/bfloat16.ts';
import { numberToFloat8 } from '#engine/numerics/float8.ts';
import { roundToFloat16 } from '#engine/numerics/float16.ts';
import { roundHalfEven } from '#engine/numerics/round-half-even.ts';

export type FoldedDtype = 'int8' | 'float8_e4m3fn';
type StoredDtype = 'float32' | 'float16' | 'bfloat16';

const round = { float32: Math.fround, float16: roundToFloat16, bfloat16: roundToBfloat16 } as const satisfies Record<
  StoredDtype,
  (x: number) => number
>;

export function isFoldable(dtype: string | null): dtype is StoredDtype {
  return dtype !== null && Object.hasOwn(round, dtype);
}

/** Adding it makes a quotient of −0 positive. */
const zeroPoint = 0;

/**
 * A weight divided by its scale, as a byte. The quotient is rounded to the type that both are stored in before it is
 * rounded to the integer or FLOAT8E4M3FN, so that a float16 weight may differ by one from what a runtime makes of it.
 *
 *     int8            clip(roundHalfEven(round(w / s)), −128, 127)
 *     float8_e4m3fn   nearest even of clip(round(w / s) + 0, −448, 448)
 *
 * Source: `_convert_weight`, modelopt/onnx/quantization/qdq_utils.py.
 */
export function foldArithmetic(stored: StoredDtype, folded: FoldedDtype): (value: number, scale: number) => number {
  const rounded = round[stored];
  if (folded === 'float8_e4m3fn')
    return (value, scale) => numberToFloat8(rounded(Math.fround(value / scale)) + zeroPoint, 'fp8_e4m3fn');
  return (value, scale) => Math.min(Math.max(roundHalfEven(rounded(Math.fround(value / scale))), -128), 127) & 0xff;
}

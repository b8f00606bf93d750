import type { ErrorOfScales, QuantizedMode } from '../../kernels/quantization-error.ts';
import { float8ToNumber, numberToFloat8 } from '../float8.ts';
import { roundHalfEven } from '../round-half-even.ts';

const f32 = Math.fround;

const rounding = {
  int8: (x: number) => Math.min(roundHalfEven(x), 127),
  fp8: (x: number) => float8ToNumber(numberToFloat8(x, 'fp8_e4m3fn'), 'fp8_e4m3fn'),
} as const satisfies Record<QuantizedMode, (x: number) => number>;

/** Sum of counts[i] * (x - q(x))^2, x = i + 1/2; even and odd bins apart, in f64. */
export function quantizationErrors(counts: Float64Array, { mode, scales }: ErrorOfScales): Float64Array {
  const round = rounding[mode];
  return Float64Array.from(scales, (scale) => {
    const totals = [0, 0] as [number, number];
    for (const [i, count] of counts.entries()) {
      const x = i + 0.5;
      const miss = f32(x - f32(round(f32(x / scale)) * scale));
      totals[(i & 1) as 0 | 1] += count * (miss * miss);
    }
    return totals[0] + totals[1];
  });
}

import { expect, it } from 'vitest';
import { torchaoFloat8Scale } from './torchao-float8-scale.ts';

it.each([
  { absmax: 448, dtype: 'float32', format: 'fp8_e4m3fn', scale: 1 },
  { absmax: 57344, dtype: 'float32', format: 'fp8_e5m2', scale: 1 },
  { absmax: 1, dtype: 'float32', format: 'fp8_e4m3fn', scale: Math.fround(1 / 448) },
  { absmax: 1, dtype: 'bfloat16', format: 'fp8_e4m3fn', scale: 146 * 2 ** -16 },
  { absmax: 1, dtype: 'float16', format: 'fp8_e4m3fn', scale: 1170 * 2 ** -19 },
  { absmax: 0, dtype: 'float32', format: 'fp8_e4m3fn', scale: 0 },
  { absmax: 2 ** -24, dtype: 'float16', format: 'fp8_e4m3fn', scale: 0 },
  { absmax: 1e300, dtype: 'float64', format: 'fp8_e4m3fn', scale: Number.POSITIVE_INFINITY },
  { absmax: 0.1, dtype: 'float64', format: 'fp8_e5m2', scale: Math.fround(0.1 / 57344) },
  { absmax: Number.NaN, dtype: 'bfloat16', format: 'fp8_e5m2', scale: Number.NaN },
] as const)('the scale of absmax $absmax in $dtype for $format is $scale', ({ absmax, dtype, format, scale }) => {
  expect(torchaoFloat8Scale(absmax, dtype, format)).toBe(scale);
});

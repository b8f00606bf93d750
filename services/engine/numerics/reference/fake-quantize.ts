import { canonicalNan } from '../../kernels/canonical-nan.ts';
import type { FakeQuantFactors } from '../fake-quant-factors.ts';
import { float8ToNumber, numberToFloat8 } from '../float8.ts';
import { roundHalfEven } from '../round-half-even.ts';

type FakeRows = FakeQuantFactors & { readonly values: Float32Array; readonly rows: number; readonly cols: number };

/** y = fround(clamp(roundHalfEven(fround(x * up)), low, high) / down). NaN stays NaN, -0 stays -0. */
export function fakeQuantizeRows({ values, rows, cols, ups, downs, low, high }: FakeRows): Float32Array {
  const faked = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const up = ups[row] ?? 0;
    const down = downs[row] ?? 1;
    for (let i = row * cols; i < (row + 1) * cols; i++) {
      const rounded = roundHalfEven(Math.fround((values[i] ?? 0) * up));
      faked[i] = canonicalNan(Math.min(Math.max(rounded, low), high) / down);
    }
  }
  return faked;
}

type Float8Rows = Omit<FakeRows, 'low' | 'high'>;

/** y = fround(e4m3(clamp(fround(x * up), -448, 448)) * down). NaN stays NaN, -0 stays -0. */
export function fakeQuantizeFloat8Rows({ values, rows, cols, ups, downs }: Float8Rows): Float32Array {
  const faked = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let i = row * cols; i < (row + 1) * cols; i++) {
      const scaled = Math.min(Math.max(Math.fround((values[i] ?? 0) * (ups[row] ?? 0)), -448), 448);
      const rounded = float8ToNumber(numberToFloat8(scaled, 'fp8_e4m3fn'), 'fp8_e4m3fn');
      faked[i] = canonicalNan(rounded * (downs[row] ?? 1));
    }
  }
  return faked;
}

import { canonicalNan } from '../../kernels/canonical-nan.ts';
import type { FakeQuantFactors } from '../fake-quant-factors.ts';
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

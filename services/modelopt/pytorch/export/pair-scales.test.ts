import { expect, test } from 'vitest';
import { fakeFloat8Factors } from '#engine/numerics/fake-quant-factors.ts';
import { pairScales } from './pair-scales.ts';

test('an amax of nothing rounds to 0 in INT8, and counts as 1 in FP8 as it does in the fake quantization', () => {
  const amax = Float32Array.of(0, 2 ** -24, 127, 448);
  expect([...pairScales(amax, 'int8')]).toEqual([1, 1, 1, Math.fround(448 / 127)]);
  expect(pairScales(amax, 'fp8_e4m3fn')).toEqual(fakeFloat8Factors(amax).downs);
});

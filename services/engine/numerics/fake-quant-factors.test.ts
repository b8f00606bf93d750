import { expect, it } from 'vitest';
import { fakeQuantFactors } from './fake-quant-factors.ts';
import { fakeQuantizeRows } from './reference/fake-quantize.ts';

it('gives ModelOpt 0.47 values for amax 1.27', () => {
  const values = Float32Array.of(0.0049, 0.005, 0.1, 0.3, 0.6349, 2, -2);
  const faked = fakeQuantizeRows({ values, rows: 1, cols: 7, ...fakeQuantFactors(Float32Array.of(1.27)) });
  expect(faked).toEqual(Float32Array.of(0, 0, 0.1, 0.3, 0.63, 1.27, -1.28));
});

it.each([0, 2 ** -24])('an amax of %d quantizes everything to zero', (amax) => {
  const values = Float32Array.of(1, -1, 0);
  const faked = fakeQuantizeRows({ values, rows: 1, cols: 3, ...fakeQuantFactors(Float32Array.of(amax)) });
  expect(faked).toEqual(Float32Array.of(0, -0, 0));
});

import { expect, it } from 'vitest';
import { fakeFloat8Factors, fakeQuantFactors } from './fake-quant-factors.ts';
import { fakeQuantizeFloat8Rows, fakeQuantizeRows } from './reference/fake-quantize.ts';

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

it.each([
  [1.27, [1000509277, 1000509277, 1037107575, 1050079958, 1059229533, 1067618141, 3215101789, 926533738, 3159425399]],
  [0.3333, [1000240600, 1000240600, 1036191537, 1050572248, 1051371083, 1051371083, 3198854731, 925541963, 3158509361]],
  [5.7, [1000101830, 1000955670, 1037071624, 1050433478, 1058822086, 1073891621, 3221375269, 0, 3158535608]],
])('gives the FP8 values of ModelOpt 0.47 for amax %d, bit for bit', (amax, bits) => {
  const values = Float32Array.of(0.0049, 0.005, 0.1, 0.3, 0.6349, 2, -2, 1e-5, -0.0123);
  const matrix = { values, rows: 1, cols: 9, ...fakeFloat8Factors(Float32Array.of(amax)) };
  expect([...new Uint32Array(fakeQuantizeFloat8Rows(matrix).buffer)]).toEqual(bits);
});

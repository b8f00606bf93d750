import { expect, test } from 'vitest';
import { fakeQuantizeWeight } from './fake-quantize-weight.ts';
import { weightAmax } from './weight-amax.ts';

const weight = { name: 'conv.weight', values: Float32Array.of(1, -3, 0, 0, 0.5, -0.25), shape: [3, 1, 2, 1] };

test('one amax an output channel, with the weight’s rank; a channel of zeros has 0', () => {
  expect(weightAmax(weight, 0)).toEqual({ values: Float32Array.of(3, 0, 0.5), shape: [3, 1, 1, 1] });
});

test('one amax for the tensor has no dimensions', () => {
  expect(weightAmax(weight, null)).toEqual({ values: Float32Array.of(3), shape: [] });
});

test.each([
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, 'an infinite value'],
])('%s in a weight is refused with its channel', (value, what) => {
  const broken = { ...weight, values: Float32Array.of(1, -3, value, 0, 0.5, -0.25) };
  expect(() => weightAmax(broken, 0)).toThrow(`conv.weight holds ${what} in channel 1`);
});

test('fake quantization multiplies, rounds half to even and divides, as ModelOpt does', () => {
  const values = Float32Array.of(0.0049, 0.005, 0.1, 0.3, 0.6349, 2, -2);
  const faked = fakeQuantizeWeight(values, { values: Float32Array.of(1.27), shape: [] }, 'int8');
  const expected = [0, 0, 0.1, 0.3, 0.63, 1.27, -1.28];
  expect([...faked].map((value) => Number(value.toFixed(6)))).toEqual(expected);
});

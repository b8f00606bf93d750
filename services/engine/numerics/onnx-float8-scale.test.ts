import { expect, test } from 'vitest';
import { float16ToNumber, numberToFloat16, roundToFloat16 } from './float16.ts';
import { modeloptFloat8Scale, onnxFloat8Scale } from './onnx-float8-scale.ts';

test.each([
  ['float32', 0.02, 0.0705511793],
  ['float16', roundToFloat16(0.02), 0.07055664],
  ['bfloat16', 0.02001953125, 0.07080078],
] as const)('%s: the scale grows by 448/127', (dtype, scale, expected) => {
  expect(onnxFloat8Scale(scale, dtype, 'modelopt')).toBeCloseTo(expected, 8);
  expect(modeloptFloat8Scale(scale, dtype)).toBe(onnxFloat8Scale(scale, dtype, 'modelopt'));
});

test.each([
  [0x2006, 0x2718],
  [0x200b, 0x2721],
  [0x200f, 0x2728],
])('float16 0x%x becomes NumPy’s (s * 448.0) / 127.0, rounded twice', (scale, expected) => {
  const exact = numberToFloat16(Math.fround((float16ToNumber(scale) * 448) / 127));
  expect(numberToFloat16(onnxFloat8Scale(float16ToNumber(scale), 'float16', 'modelopt'))).toBe(expected);
  expect(exact).toBe(expected + 1);
});

test('the full range is 448 for the largest value', () => {
  const amax = 3.5;
  expect(onnxFloat8Scale(Math.fround(amax / 127), 'float32', 'amax/448')).toBeCloseTo(amax / 448, 9);
});

test('a float16 scale above 146 is infinite for ModelOpt, and finite here; none becomes zero', () => {
  expect(modeloptFloat8Scale(147, 'float16')).toBe(Number.POSITIVE_INFINITY);
  expect(onnxFloat8Scale(147, 'float16', 'modelopt')).toBe(roundToFloat16((147 * 448) / 127));
  expect(onnxFloat8Scale(60000, 'float16', 'modelopt')).toBe(65504);
  expect(onnxFloat8Scale(2 ** -24, 'float16', 'amax/448')).toBe(2 ** -24);
});

import { expect, test } from 'vitest';
import { numberProblem } from './whole-number.ts';

const range = { min: 1, max: 4096 };

test.each([1, 128, 4096])('%j is taken', (value) => {
  expect(numberProblem(value, range)).toBeNull();
});

test.each([-5, 0, 1.5, 4097, Number.NaN, '5', '-', '', null])('%j is refused with the range', (value) => {
  expect(numberProblem(value, range)).toBe('Write a whole number from 1 to 4,096.');
});

test('without a range every whole number is taken', () => {
  expect(numberProblem(-5, null)).toBeNull();
  expect(numberProblem(0.5, null)).toBe('Write a whole number.');
});

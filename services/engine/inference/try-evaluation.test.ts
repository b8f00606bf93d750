import { expect, test } from 'vitest';
import { isGuessing } from './try-evaluation.ts';

test.each([
  // 25.6 of 256 by chance, with a standard deviation of 4.8.
  { correct: 40, total: 256, classes: 10, guessing: true },
  { correct: 41, total: 256, classes: 10, guessing: false },
  { correct: 0, total: 256, classes: 1000, guessing: true },
  { correct: 2, total: 256, classes: 1000, guessing: false },
  // Of eight coins all may fall alike.
  { correct: 4, total: 8, classes: 2, guessing: false },
  { correct: 256, total: 256, classes: 1, guessing: false },
])('$correct of $total right among $classes classes is guessing: $guessing', ({ guessing, ...tried }) => {
  expect(isGuessing(tried)).toBe(guessing);
});

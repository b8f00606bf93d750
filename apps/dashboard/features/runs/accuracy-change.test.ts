import { expect, test } from 'vitest';
import { accuracyChange } from './accuracy-change.ts';

test.each([
  { float: 1477, quantized: 1477, total: 1488, words: '±0 points', kind: 'none' },
  { float: 1477, quantized: 1476, total: 1488, words: '−0.07 points, 1 of 1,488 samples', kind: 'chance' },
  { float: 1477, quantized: 1479, total: 1488, words: '+0.13 points, 2 of 1,488 samples', kind: 'chance' },
  { float: 100, quantized: 99, total: 100, words: '−1.00 points, 1 of 100 samples', kind: 'chance' },
  { float: 1477, quantized: 1467, total: 1488, words: '−0.67 points, 10 of 1,488 samples', kind: 'small loss' },
  { float: 1477, quantized: 1400, total: 1488, words: '−5.17 points, 77 of 1,488 samples', kind: 'loss' },
  { float: 1400, quantized: 1477, total: 1488, words: '+5.17 points, 77 of 1,488 samples', kind: 'gain' },
])('$float of $total that become $quantized are $words', ({ float, quantized, total, words, kind }) => {
  expect(accuracyChange({ correct: float, total }, { correct: quantized })).toEqual({ words, kind });
});

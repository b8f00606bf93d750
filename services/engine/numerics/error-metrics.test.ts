import { expect, it } from 'vitest';
import { errorMetrics } from './error-metrics.ts';

it('measures noise against signal', () => {
  const metrics = errorMetrics(Float32Array.of(3, 4), Float32Array.of(3, 3.5));
  expect(metrics.sqnrDb).toBeCloseTo(20, 10);
  expect(metrics.cosine).toBeCloseTo(23 / (5 * Math.sqrt(21.25)), 12);
  expect(metrics.meanSquaredError).toBe(0.125);
  expect(metrics.maxAbsoluteError).toBe(0.5);
});

it.each([
  { reference: [1, 2], actual: [1, 2], sqnrDb: Number.POSITIVE_INFINITY, cosine: 1 },
  { reference: [0, 0], actual: [0, 0], sqnrDb: Number.POSITIVE_INFINITY, cosine: 1 },
  { reference: [0, 0], actual: [1, 0], sqnrDb: Number.NaN, cosine: 0 },
  { reference: [], actual: [], sqnrDb: Number.POSITIVE_INFINITY, cosine: 1 },
])('of $reference and $actual: $sqnrDb dB, cosine $cosine', ({ reference, actual, sqnrDb, cosine }) => {
  const metrics = errorMetrics(Float32Array.from(reference), Float32Array.from(actual));
  expect(metrics.sqnrDb).toBe(sqnrDb);
  expect(metrics.cosine).toBeCloseTo(cosine, 12);
});

it('refuses arrays of different length', () => {
  expect(() => errorMetrics(new Float32Array(2), new Float32Array(3))).toThrow('cannot compare 2 elements with 3');
});

import { describe, expect, it } from 'vitest';
import { patterns } from '../patterns.fixture.ts';
import { type CalibrationMethod, createCalibrator } from './calibrator.ts';

const methods: readonly CalibrationMethod[] = [
  { kind: 'torch-entropy' },
  { kind: 'torch-percentile', percentile: 99.9 },
];

/** Many small values, few large ones. */
const activations = (length: number, seed: number, factor = 1) =>
  patterns.uniform(length, seed).map((x) => x ** 5 * factor);

function amaxOf(method: CalibrationMethod, batches: readonly Float32Array[]): number {
  const calibrator = createCalibrator(method, 'float32');
  for (const batch of batches) calibrator.collect(batch);
  const { min, max } = calibrator.range();
  expect(min).toBe(0 - max);
  return max;
}

describe.each(methods)('$kind', (method) => {
  it('is 0 before the first batch, and of zeros', () => {
    expect(amaxOf(method, [])).toBe(0);
    expect(amaxOf(method, [new Float32Array(0), new Float32Array(100)])).toBe(0);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %d and stays as it was', (bad) => {
    for (const before of [[], [new Float32Array(8)], [activations(1000, 1)]]) {
      const calibrator = createCalibrator(method, 'float32');
      before.forEach(calibrator.collect);
      const range = calibrator.range();
      expect(() => calibrator.collect(Float32Array.of(1, bad))).toThrow('one of them is not finite');
      expect(calibrator.range()).toEqual(range);
    }
  });

  it('copes with the least and the greatest numbers', () => {
    const normal = activations(500, 3);
    for (const other of [
      normal.map((x) => x * 2 ** -140),
      normal.map((x) => x * 1e37),
      Float32Array.of(...normal, -3.4028234663852886e38),
    ]) {
      for (const batches of [[other], [normal, other], [other, normal]]) {
        const amax = amaxOf(method, batches);
        expect(Number.isFinite(amax)).toBe(true);
        // A percentile among a thousand values and one that is 10^38 times greater is in the first bin, whose edge is 0.
        expect(amax).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('merges bins instead of growing without end, and says so', () => {
    const calibrator = createCalibrator(method, 'float32');
    calibrator.collect(activations(1000, 8, 1e-3));
    expect(calibrator.departures()).toEqual([]);
    calibrator.collect(activations(1000, 9));
    calibrator.collect(activations(1000, 10, 1.1));
    expect(calibrator.range().max).toBeGreaterThan(0.2);
    expect(calibrator.departures().join()).toMatch(/merged in pairs [1-9] times.*32768 bins/);
  });

  it('counts zeros that come first, and says what set the width of the bins', () => {
    const batch = activations(1000, 4);
    const calibrator = createCalibrator(method, 'float32');
    for (const values of [new Float32Array(1000), batch]) calibrator.collect(values);
    expect(calibrator.range().max).toBe(amaxOf(method, [Float32Array.of(...batch, ...new Float32Array(1000))]));
    expect(calibrator.departures().join()).toContain('nothing but zeros');
  });
});

it('a percentile is above 0 and at most 100', () => {
  for (const percentile of [0, 101, Number.NaN])
    expect(() => createCalibrator({ kind: 'torch-percentile', percentile }, 'float32')).toThrow(`not ${percentile}`);
});

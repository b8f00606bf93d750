import { describe, expect, it } from 'vitest';
import { roundToFloat16 } from '../float16.ts';
import { patterns } from '../patterns.fixture.ts';
import { type CalibratedDtype, type CalibrationMethod, createCalibrator } from './calibrator.ts';

/** Roughly N(0, 1), with a few outliers. */
function activations(length: number, seed: number, outlier = 0): Float32Array {
  const parts = [1, 2, 3, 4].map((i) => patterns.uniform(length, 10 * seed + i));
  const values = Float32Array.from({ length }, (_, i) => parts.reduce((sum, part) => sum + (part[i] ?? 0), 0) * 0.866);
  if (outlier) values.set([outlier, -outlier / 2], 100);
  return values;
}

function rangeOf(method: CalibrationMethod, batches: readonly Float32Array[], dtype: CalibratedDtype = 'float32') {
  const calibrator = createCalibrator(method, dtype);
  for (const batch of batches) calibrator.collect(batch);
  return calibrator.range();
}

const methods: readonly CalibrationMethod[] = [
  { kind: 'entropy' },
  { kind: 'percentile', percentile: 99.9 },
  { kind: 'mse', mode: 'int8' },
  { kind: 'mse', mode: 'fp8' },
];

describe.each(methods)('$kind $percentile $mode', (method) => {
  it('has no range before the first batch, and that of zeros for zeros', () => {
    expect(rangeOf(method, [])).toEqual({ min: 0, max: 0 });
    expect(rangeOf(method, [new Float32Array(100), new Float32Array(0)])).toEqual({ min: 0, max: 0 });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %d and stays as it was', (bad) => {
    const calibrator = createCalibrator(method, 'float32');
    const batch = activations(1000, 1);
    calibrator.collect(batch);
    const before = calibrator.range();
    expect(() => calibrator.collect(Float32Array.of(...batch, bad))).toThrow('one of them is not finite');
    expect(calibrator.range()).toEqual(before);
  });

  it('stays within the values, on one side of zero too', () => {
    const batches = [activations(2000, 1), activations(2000, 2, 9)].map((batch) => batch.map(Math.abs));
    const { min, max } = rangeOf(method, batches);
    expect(min).toBe(batches.reduce((least, batch) => Math.min(least, ...batch), 9));
    expect(max).toBeGreaterThan(2);
    expect(max).toBeLessThanOrEqual(9);
    const mirrored = rangeOf(
      method,
      batches.map((batch) => batch.map((x) => -x)),
    );
    expect(mirrored.max).toBe(-min);
  });

  it('copes with the least and the greatest numbers', () => {
    const normal = activations(500, 3);
    for (const other of [
      normal.map((x) => x * 2 ** -140),
      normal.map((x) => x * 1e37),
      Float32Array.of(...normal, -3.4028234663852886e38),
    ]) {
      for (const batches of [[other], [normal, other], [other, normal]]) {
        const { min, max } = rangeOf(method, batches);
        expect(Number.isFinite(min) && Number.isFinite(max)).toBe(true);
        expect(max).toBeGreaterThan(min);
      }
    }
  });

  it('copes with float16 to its ends', () => {
    const normal = activations(500, 3).map(roundToFloat16);
    for (const factor of [2 ** -20, 2 ** -16, 1, 2 ** 8, 60_000 / 3.5]) {
      const other = normal.map((x) => roundToFloat16(x * factor));
      const masked = Float32Array.of(...other, -65504);
      for (const batches of [[other], [normal, other], [other, normal], [masked, normal], [normal, masked]]) {
        const { min, max } = rangeOf(method, batches, 'float16');
        expect(Number.isFinite(min) && Number.isFinite(max)).toBe(true);
        expect(max).toBeGreaterThan(min);
      }
    }
  });
});

describe.each(methods.slice(1))('$kind $percentile $mode', (method) => {
  it('is the same whatever the order and the batches', () => {
    const batches = [activations(5000, 1), activations(3000, 2, 70), activations(4001, 3, 6), new Float32Array(50)];
    const want = rangeOf(method, batches);
    const all = Float32Array.from(batches.flatMap((batch) => [...batch]));
    expect(rangeOf(method, batches.toReversed())).toEqual(want);
    expect(rangeOf(method, [all])).toEqual(want);
    expect(
      rangeOf(
        method,
        Array.from({ length: 17 }, (_, i) => all.filter((_, at) => at % 17 === i)),
      ),
    ).toEqual(want);
  });
});

describe('percentile', () => {
  it.each([50, 90, 99, 99.9, 99.99, 100])('%d is within a bin of the exact one', (percentile) => {
    for (const scale of [1e-20, 0.37, 1, 1000]) {
      const values = activations(20_000, 4, 8).map((x) => x * scale);
      const sorted = values.map(Math.abs).sort();
      const exact = sorted[Math.ceil((percentile / 100) * sorted.length) - 1] ?? 0;
      const { max } = rangeOf({ kind: 'percentile', percentile }, [values]);
      expect(Math.abs(max - exact)).toBeLessThanOrEqual((8 * scale) / 1024);
    }
  });

  it('100 is the maximum', () => {
    expect(rangeOf({ kind: 'percentile', percentile: 100 }, [activations(999, 5, 8)])).toMatchObject({
      min: -4,
      max: 8,
    });
  });

  it.each([0, -1, 100.1, Number.NaN])('%d is refused', (percentile) => {
    expect(() => createCalibrator({ kind: 'percentile', percentile }, 'float32')).toThrow('above 0 and at most 100');
  });
});

describe('mse', () => {
  const int8Error = (values: Float32Array, amax: number) => {
    const scale = amax / 127;
    return values.reduce((sum, x) => sum + (x - Math.max(-127, Math.min(127, Math.round(x / scale))) * scale) ** 2, 0);
  };

  it('has nearly the least error that any range has', () => {
    for (const [outlier, seed] of [
      [0, 1],
      [12, 2],
      [60, 3],
    ] as const) {
      const values = activations(5000, seed, outlier);
      const amax = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      const { min, max } = rangeOf({ kind: 'mse', mode: 'int8' }, [values]);
      const every = Array.from({ length: 1000 }, (_, i) => int8Error(values, ((i + 1) / 1000) * amax));
      expect(int8Error(values, Math.max(-min, max))).toBeLessThan(Math.min(...every) * 1.01);
    }
  });

  it('clips what is rare and far away in int8, not in fp8, whose steps grow with the values', () => {
    const values = activations(200_000, 6, 30);
    expect(rangeOf({ kind: 'mse', mode: 'int8' }, [values]).max).toBeLessThan(16);
    expect(rangeOf({ kind: 'mse', mode: 'fp8' }, [values]).max).toBeGreaterThan(28);
  });
});

describe('entropy', () => {
  it('gives the maximum for one batch', () => {
    expect(rangeOf({ kind: 'entropy' }, [activations(3000, 7, 25)])).toEqual({ min: -12.5, max: 25 });
  });

  it('merges bins instead of growing without end, and says so', () => {
    const calibrator = createCalibrator({ kind: 'entropy' }, 'float32');
    calibrator.collect(activations(1000, 8).map((x) => x * 1e-3));
    expect(calibrator.departures()).toEqual([]);
    calibrator.collect(activations(1000, 9));
    calibrator.collect(activations(1000, 9).map((x) => x * 1.1));
    const { min, max } = calibrator.range();
    expect(Math.max(-min, max)).toBeGreaterThan(0.2);
    expect(calibrator.departures().join()).toMatch(/merged in pairs [1-9] times.*32768 bins/);
  });

  it('begins again after a batch of zeros', () => {
    const after = [activations(2000, 1), activations(2000, 2).map((x) => x * 1.2)];
    const { min, max } = rangeOf({ kind: 'entropy' }, [new Float32Array(64), ...after]);
    expect(max).toBeGreaterThan(2);
    expect(min).toBeLessThan(-2);
  });
});

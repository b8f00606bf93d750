import { expect, it } from 'vitest';
import { patterns } from '../patterns.fixture.ts';
import { type CalibratedDtype, type CalibrationMethod, createCalibrator } from './calibrator.ts';
import { precisions } from './precision.ts';
import { addBatch, addBatches, type SignedHistogram } from './signed-histogram.ts';

const size = 300;
/** Amplitudes of batches: zeros first, some that outgrow what was seen, some far. */
const amplitudes = [0, 0, 0.3, 1, 0.5, 1, 1.3, 0.2, 1.3, 1.3, 8, 2, 7.5, 9, 0];

function batchesOf(dtype: CalibratedDtype): Float32Array {
  const values = patterns.uniform(size * amplitudes.length, 5);
  return values.map((x, i) => precisions[dtype].round(x * (amplitudes[Math.floor(i / size)] ?? 0)));
}

const methods: readonly CalibrationMethod[] = [
  { kind: 'entropy' },
  { kind: 'percentile', percentile: 99 },
  { kind: 'mse', mode: 'int8' },
  { kind: 'torch-entropy' },
  { kind: 'torch-percentile', percentile: 99 },
];

it.each(methods)('batches given to $kind at once are what they are one by one', (method) => {
  for (const dtype of ['float32', 'float16'] as const) {
    const values = batchesOf(dtype);
    const [alone, ...others] = [1, 2, 5, amplitudes.length].map((atOnce) => {
      const calibrator = createCalibrator(method, dtype);
      for (let from = 0; from < amplitudes.length; from += atOnce) {
        const to = Math.min(from + atOnce, amplitudes.length);
        calibrator.collectAll({ values: values.subarray(from * size, to * size), batches: to - from });
      }
      return { range: calibrator.range(), departures: calibrator.departures() };
    });
    expect(alone?.range.max).toBeGreaterThan(1);
    for (const other of others) expect(other).toEqual(alone);
  }
});

it.each(['float32', 'float16'] as const)('and count the same in the same bins of %s', (dtype) => {
  const precision = precisions[dtype];
  const values = batchesOf(dtype);
  const alone = amplitudes.reduce<SignedHistogram | null>(
    (seen, _, i) => addBatch(seen, values.subarray(i * size, (i + 1) * size), precision),
    null,
  );
  expect(addBatches(null, { values, batches: amplitudes.length }, precision)).toEqual(alone);
  expect(alone?.counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
});

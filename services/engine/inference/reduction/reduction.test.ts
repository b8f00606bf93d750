import { expect, test } from 'vitest';
import { createCalibrator } from '#engine/numerics/calibration/calibrator.ts';
import { createReduction } from './reduction.ts';

const method = { kind: 'entropy' } as const;
const weights = [4, 1, 3];

/** Fresh arrays of three subjects, one of them of two members and one of binary16: they are given away. */
function run(seed: number, odd = 1) {
  const noise = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * i + seed) * (1 + seed / 4));
  return [
    { subject: 0, parts: [noise(600), noise(300)], counts: [1, 1, 1] },
    {
      subject: 1,
      parts: [Uint16Array.from({ length: 30 }, (_, i) => 0x3c00 + ((i * 37 * seed) % 512))],
      counts: [2, 1],
    },
    { subject: 2, parts: [noise(90).fill(odd, 40, 41)], counts: [3] },
  ];
}

test.each([1, 2, 9])('%i threads choose the same ranges as none', async (threads) => {
  const order = { method, dtypes: ['float32', 'float16', 'float32'] as const, weights };
  const [here, there] = [createReduction({ ...order, threads: 0 }), createReduction({ ...order, threads })];
  for (const seed of [1, 2, 3, 4]) {
    expect(await here.collect(run(seed))).toBe(true);
    expect(await there.collect(run(seed))).toBe(true);
  }
  const results = await here.results();
  expect(await there.results()).toEqual(results);
  expect(results.every(({ range }) => range.max > range.min)).toBe(true);
  await there.close();
});

test('a tensor with less than a value for each sample is taken whole', async () => {
  const reduction = createReduction({ method, dtypes: ['float32'], weights: [1], threads: 0 });
  await reduction.collect([{ subject: 0, parts: [Float32Array.of(3)], counts: [49] }]);
  expect(await reduction.results()).toMatchObject([{ range: { min: 3, max: 3 }, constant: 3 }]);
});

test.each([
  [1, [Float32Array.of(-4, 2), Float32Array.of(1, 8)]],
  [2, [-4, 1, 2, 8].map((x) => Float32Array.of(x))],
])('calls of one module come to the calibrator one by one, in %i steps', async (steps, pieces) => {
  const entropy = { kind: 'torch-entropy' } as const;
  const reduction = createReduction({ method: entropy, dtypes: ['float32'], weights: [1], threads: 0 });
  const parts = [Float32Array.of(-4, 2), Float32Array.of(1, 8)];
  await reduction.collect([{ subject: 0, parts, counts: [1], steps }]);
  const calibrator = createCalibrator(entropy, 'float32');
  for (const piece of pieces) calibrator.collect(piece);
  expect(await reduction.results()).toMatchObject([{ range: calibrator.range() }]);
});

test.each([0, 2])('a value that is not finite is told by %i threads', async (threads) => {
  const reduction = createReduction({ method, dtypes: ['float32', 'float16', 'float32'], weights, threads });
  expect(await reduction.collect(run(1, Number.NaN))).toBe(false);
  await reduction.close();
});

test('a thread that dies is an error, not a wait for ever', async () => {
  const reduction = createReduction({ method, dtypes: ['float32', 'float16', 'float32'], weights, threads: 1 });
  const waiting = reduction.collect(run(1));
  await reduction.close();
  await expect(waiting.then(() => reduction.results())).rejects.toThrow(/calibration thread ended/);
});

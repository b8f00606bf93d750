import { expect, test } from 'vitest';
import { tellCalibration } from './tell-calibration.ts';

test.each([
  {
    calibrated: { method: 'torch-entropy', tensors: 23, data: { samples: 512, random: false } },
    line: /^Calibrated 23 tensors with entropy on 512 samples in \d+\.\d s$/,
  },
  {
    calibrated: { method: 'max', tensors: 1, data: { samples: 1, random: true } },
    line: /^Calibrated 1 tensor with max on 1 sample of noise in \d+\.\d s$/,
  },
])('a run’s log says how, how much, on what and how long: $line', ({ calibrated, line }) => {
  const lines: string[] = [];
  const report = { progress: () => {}, log: (_: string, said: string) => void lines.push(said) };
  tellCalibration(report, { ...calibrated, since: performance.now() });
  expect(lines).toEqual([expect.stringMatching(line)]);
});

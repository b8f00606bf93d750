import { expect, it } from 'vitest';
import type { Backend, InputFile } from '#contract/backend.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { demoFile } from '#kit/demo-file.ts';
import { planWith } from './plan-with.ts';

const model = demoFile('digits-cnn.pth');
const calibration = demoFile('calibration.npz');
const evaluation = demoFile('evaluation.npz');
const sha256 = 'a'.repeat(64);
const recipe = catalogue.torchao.preset;

it.each<{ what: string; files: { calibration?: InputFile; evaluation?: InputFile }; warned: boolean }>([
  { what: 'one file for both', files: { calibration, evaluation: calibration }, warned: true },
  {
    what: 'two copies of one file',
    files: { calibration: { ...calibration, sha256 }, evaluation: { ...evaluation, sha256 } },
    warned: true,
  },
  { what: 'two files', files: { calibration, evaluation }, warned: false },
  { what: 'calibration alone', files: { calibration }, warned: false },
])('warns of calibration data that is the evaluation data too: $what', async ({ files, warned }) => {
  const plan = { backend: 'torchao', layers: [], rules: [], warnings: [], bytesBefore: 1, bytesAfter: 1 } as const;
  const quantize = () => Promise.reject(new Error('quantized'));
  const backend: Backend = { id: 'torchao', outputName: () => 'model.pth', plan: async () => plan, quantize };
  const { warnings } = await planWith(backend, { recipe, files: { model, ...files } });
  expect(warnings.some((warning) => warning.startsWith('calibration.npz is both the calibration'))).toBe(warned);
});

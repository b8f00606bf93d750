import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { recipeFromSection } from '#contract/recipe/recipe-from-section.ts';
import { openNpz } from '#engine/formats/npz/open.ts';
import { runBackend } from '#execution/run-backend.ts';
import { demoFile } from '../../../test/kit/demo-file.ts';
import { writeNpz } from '../../../test/kit/write-npz.ts';
import { modeloptOnnx } from './backend.ts';

const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-evaluate-'));
afterAll(() => rm(scratch, { recursive: true }));

const count = 600;

/** The first samples of the demo's, each labelled as the class `shift` after its own. */
async function labelled(shift: bigint) {
  const { readRows, close } = await openNpz(demoFile('evaluation.npz').path, 'evaluation.npz');
  const values = new Float32Array((await readRows('input', 0, count)).buffer);
  const labels = new BigInt64Array((await readRows('labels', 0, count)).buffer).map((label) => (label + shift) % 10n);
  await close();
  const name = `shifted-${shift}.npz`;
  const bytes = writeNpz([
    { name: 'input', shape: [count, 1, 28, 28], values },
    { name: 'labels', shape: [count], values: labels },
  ]);
  await writeFile(join(scratch, name), bytes);
  return { path: join(scratch, name), name };
}

async function run(shift: bigint) {
  const said: string[] = [];
  const { outcome } = await runBackend({
    backend: modeloptOnnx,
    recipe: recipeFromSection({ backend: 'modelopt.onnx', backend_kwargs: { max_samples: 16 } }).recipe,
    files: {
      model: demoFile('digits-cnn.onnx'),
      calibration: demoFile('calibration.npz'),
      evaluation: await labelled(shift),
    },
    outputDir: join(scratch, `out-${shift}`),
    signal: new AbortController().signal,
    report: { progress: (stage) => said.push(stage), log: (level, line) => said.push(`${level}: ${line}`) },
  });
  return { outcome, said: [...new Set(said)], warned: said.filter((line) => line.startsWith('warning')) };
}

test('evaluation data that makes the float model guess is told before anything is calibrated, and once', async () => {
  const { outcome, said, warned } = await run(1n);
  expect(outcome.warnings).toEqual([
    expect.stringMatching(
      /^Before quantization the model is right on \d of 256 samples of shifted-1\.npz, as a guess among 10 classes would be/,
    ),
  ]);
  expect(warned).toEqual(outcome.warnings.map((line) => `warning: ${line}`));
  expect(said.indexOf(warned[0] ?? '')).toBeLessThan(said.indexOf('calibrate'));
  expect(outcome.evaluation).toMatchObject({ float: { total: count }, quantized: { total: count } });
});

test('evaluation data that suits it is told nothing of', async () => {
  const { outcome, warned } = await run(0n);
  expect({ warnings: outcome.warnings, warned }).toEqual({ warnings: [], warned: [] });
  expect(outcome.evaluation?.float.correct).toBeGreaterThan(0.95 * count);
});

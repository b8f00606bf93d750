import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reporter } from '#contract/backend.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { demoFile } from '#kit/demo-file.ts';
import { modeloptPytorch } from '../backend.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeropoint-computed-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A run that evaluates, and what it tells of itself. */
async function start(onProgress: (outputDir: string, stage: string, stop: AbortController) => void) {
  const outputDir = await mkdtemp(join(folder, 'run-'));
  const recipe = catalogue['modelopt.pytorch'].preset;
  const files = {
    model: demoFile('digits-cnn.pth'),
    graph: demoFile('digits-cnn.onnx'),
    calibration: demoFile('calibration.npz'),
    evaluation: demoFile('evaluation.npz'),
  };
  const stop = new AbortController();
  const report: Reporter = { progress: (stage) => onProgress(outputDir, stage, stop), log: () => {} };
  const plan = await modeloptPytorch.plan({ recipe, files });
  const run = modeloptPytorch.quantize({ recipe, files, plan, outputDir, report, signal: stop.signal });
  return { run, outputDir };
}

const isOfWeights = (name: string) => name.startsWith('.weights-');

test('weights that were made for the evaluation lie in the run’s folder as long as it lasts', async () => {
  const seen: Promise<readonly string[]>[] = [];
  const { run, outputDir } = await start((at, stage) => stage === 'evaluate' && seen.push(readdir(at)));
  await run;
  expect((await Promise.all(seen)).at(0)?.filter(isOfWeights)).toHaveLength(1);
  expect(await readdir(outputDir)).toEqual([modeloptPytorch.outputName(catalogue['modelopt.pytorch'].preset)]);
});

test('an abort takes them away too', async () => {
  const { run, outputDir } = await start((_, stage, stop) => stage === 'evaluate' && stop.abort());
  await expect(run).rejects.toMatchObject({ name: 'AbortError' });
  expect((await readdir(outputDir)).filter(isOfWeights)).toEqual([]);
});

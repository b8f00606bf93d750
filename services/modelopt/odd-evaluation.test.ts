import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { InputFile, InputFiles } from '#contract/backend.ts';
import { recipeFromSection } from '#contract/recipe/recipe-from-section.ts';
import { runBackend } from '#execution/run-backend.ts';
import { demoFile } from '#kit/demo-file.ts';
import { type NpzEntry, writeNpz } from '#kit/write-npz.ts';
import { modeloptOnnx } from './onnx/backend.ts';
import { modeloptPytorch } from './pytorch/backend.ts';

const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-odd-evaluation-'));
afterAll(() => rm(scratch, { recursive: true }));

const samples = 300;
const images = (name: string, side: number): NpzEntry => ({
  name,
  shape: [samples, 1, side, side],
  values: Float32Array.from({ length: samples * side * side }, (_, i) => ((i * 37) % 255) / 255),
});
const labels = (last: bigint): NpzEntry => {
  const values = BigInt64Array.from({ length: samples }, (_, i) => (i === samples - 1 ? last : BigInt(i % 10)));
  return { name: 'labels', shape: [samples], values };
};
const bytes: NpzEntry = {
  name: 'input',
  shape: [samples, 1, 28, 28],
  values: new BigInt64Array(samples * 28 * 28),
};

const given = { calibration: demoFile('calibration.npz') };
const backends = [
  { backend: modeloptOnnx, files: { model: demoFile('digits-cnn.onnx'), ...given } },
  {
    backend: modeloptPytorch,
    files: { model: demoFile('digits-cnn.pth'), graph: demoFile('digits-cnn.onnx'), ...given },
  },
] as const;

async function run({ backend, files }: (typeof backends)[number], evaluation: InputFile) {
  const said: string[] = [];
  const all: InputFiles = { ...files, evaluation };
  const ended = runBackend({
    backend,
    recipe: recipeFromSection({ backend: backend.id, backend_kwargs: { max_samples: 16 } }).recipe,
    files: all,
    outputDir: await mkdtemp(join(scratch, 'out-')),
    signal: new AbortController().signal,
    report: { progress: (stage) => said.push(stage), log: (level, line) => said.push(`${level}: ${line}`) },
  });
  return { said, ended };
}

async function save(name: string, entries: readonly NpzEntry[]): Promise<InputFile> {
  const path = join(scratch, name);
  await writeFile(path, writeNpz(entries));
  return { path, name };
}

const odd = [
  {
    what: 'another name',
    entries: [images('image', 28), labels(9n)],
    message:
      /takes input float32 \[.*, 1, 28, 28\], and odd\.npz has no array of that name; it has image float32 \[300, 1, 28, 28\]/,
  },
  {
    what: 'another shape',
    entries: [images('input', 32), labels(9n)],
    message: /input in odd\.npz is float32 \[300, 1, 32, 32\]; the graph takes input as float32 \[.*, 1, 28, 28\]/,
  },
  {
    what: 'another type',
    entries: [bytes, labels(9n)],
    message: /input in odd\.npz is int64 \[300, 1, 28, 28\]; the graph takes input as float32/,
  },
  { what: 'no labels', entries: [images('input', 28)], message: /odd\.npz holds no labels/ },
  {
    what: 'a class that the model does not know, in the last of more samples than are tried',
    entries: [images('input', 28), labels(10n)],
    message: /odd\.npz labels sample 299 with 10, and the model knows the 10 classes 0 to 9/,
  },
] as const;

test.each(backends.flatMap((of) => odd.map((one) => ({ ...one, of, id: of.backend.id }))))(
  '$id refuses evaluation data with $what before it calibrates',
  async ({ of, entries, message }) => {
    const { said, ended } = await run(of, await save('odd.npz', entries));
    await expect(ended).rejects.toMatchObject({
      code: 'CALIBRATION_MISMATCH',
      message: expect.stringMatching(message),
    });
    expect(said).not.toContain('calibrate');
  },
);

test.each(backends)('$backend.id says before it calibrates that the model only guesses', async (of) => {
  const { said, ended } = await run(of, await save('noise.npz', [images('input', 28), labels(9n)]));
  const { outcome } = await ended;
  const told = outcome.warnings.filter((line) => line.startsWith('Before quantization the model is right on'));
  expect(told).toHaveLength(1);
  expect(said.indexOf(`warning: ${told[0]}`)).toBeLessThan(said.indexOf('calibrate'));
  expect(said.filter((line) => line === `warning: ${told[0]}`)).toHaveLength(1);
});

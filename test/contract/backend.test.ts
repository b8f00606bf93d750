import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadBackend } from '#cli/backends.ts';
import { type Backend, type InputFiles, type Stage, stages } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { countVerdicts } from '#contract/plan.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { runBackend } from '#execution/run-backend.ts';
import { demoFile } from '../kit/demo-file.ts';

/** What every backend must do, whatever it is. One table row adds a backend to all of it. */
const subjects = await Promise.all(
  Object.values(catalogue).map(async ({ id, formats: [format], preset }) => ({
    id,
    backend: await loadBackend(id),
    preset: preset as Recipe,
    own: format === 'pth' ? '.pth' : '.onnx',
    foreign: format === 'pth' ? '.onnx' : '.pth',
  })),
);

vi.setConfig({ testTimeout: 120_000 });

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-contract-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe.each(subjects)('$id', ({ id, backend, preset, own, foreign }) => {
  const files: InputFiles = {
    model: demoFile(`digits-cnn${own}`),
    ...(own === '.pth' ? { graph: demoFile('digits-cnn.onnx') } : {}),
    calibration: demoFile('calibration.npz'),
    evaluation: demoFile('evaluation.npz'),
  };
  /** Measuring takes most of a run, and writes nothing. */
  const { evaluation: _, ...unmeasured } = files;

  test('its id and output name are the catalogue’s', () => {
    expect(backend.id).toBe(id);
    expect(backend.outputName(preset)).toBe(catalogue[id].output);
  });

  test('it plans without writing, and gives every layer a reason', async () => {
    const plan = await backend.plan({ recipe: preset, files });
    expect(plan.layers.length).toBeGreaterThan(0);
    expect(plan.layers.filter(({ reason, evidence }) => reason === '' || evidence === '')).toEqual([]);
    expect(countVerdicts(plan).quantized).toBeGreaterThan(0);
  });

  test('it quantizes its preset with evidence, progress and a manifest', async () => {
    const outputDir = join(scratch, `${id}-preset`);
    const seen: { stage: Stage; fraction: number }[] = [];
    const finished = await run(backend, {
      recipe: preset,
      files,
      outputDir,
      progress: (stage, fraction) => seen.push({ stage, fraction }),
    });

    expect((await readdir(outputDir)).sort()).toEqual(['manifest.json', backend.outputName(preset)].sort());
    expect(finished.outcome.layers).toEqual(countVerdicts(finished.plan));
    expect(finished.outcome.evaluation?.float).toEqual({ correct: 1477, total: 1488 });
    expect(finished.outcome.evaluation?.quantized.total).toBe(1488);
    expect(finished.outcome.evaluation?.quantized.correct).toBeGreaterThan(1450);
    expect(seen.every(({ fraction }) => fraction >= 0 && fraction <= 1)).toBe(true);
    expect(seen.map(({ stage }) => stages.indexOf(stage)).every((stage) => stage >= 0)).toBe(true);
    expect(seen.at(-1)?.fraction).toBe(1);

    const manifest = JSON.parse(await readFile(join(outputDir, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ recipe: preset, results: { layers: finished.outcome.layers } });
    expect(manifest.artifacts).toEqual([
      { name: backend.outputName(preset), bytes: expect.any(Number), sha256: finished.artifacts[0]?.sha256 },
    ]);
    expect(manifest.inputs.map(({ role }: { role: string }) => role)).toContain('calibration');
    expect(JSON.stringify(manifest)).not.toContain(scratch);
  });

  test('the same input gives the same bytes', async () => {
    const digests = await Promise.all(
      ['first', 'second'].map(async (name) => {
        const outputDir = join(scratch, `${id}-${name}`);
        const { artifacts } = await run(backend, { recipe: preset, files: unmeasured, outputDir });
        return artifacts.find(({ name: artifact }) => artifact === backend.outputName(preset))?.sha256;
      }),
    );
    expect(digests[0]).toBe(digests[1]);
  });

  test('it does not quantize what it has quantized', async () => {
    const outputDir = join(scratch, `${id}-twice`);
    const { artifacts } = await run(backend, { recipe: preset, files: unmeasured, outputDir });
    const result = artifacts.find(({ name }) => name === backend.outputName(preset));
    const model = { path: result?.path ?? '', name: backend.outputName(preset) };
    await expect(backend.plan({ recipe: preset, files: { ...files, model } })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringMatching(/quantized already/),
    });
  });

  const refusals: readonly {
    what: string;
    code: string;
    says: RegExp;
    recipe?: Partial<Recipe>;
    model?: () => Promise<InputFiles['model']>;
  }[] = [
    {
      what: 'a rule that matches no layer',
      code: 'RULE_MATCHES_NOTHING',
      says: /“no\.such\.layer” matches none/,
      recipe: { layers: [{ module_name: 'no.such.layer', weights: { dtype: 'int8' }, activations: null }] },
    },
    {
      what: 'a model of the other kind',
      code: 'WRONG_BACKEND',
      says: foreign === '.onnx' ? /modelopt\.onnx/ : /torchao|modelopt\.pytorch/,
      model: async () => demoFile(`digits-cnn${foreign}`),
    },
    {
      what: 'a file that is not a model',
      code: 'NOT_A_MODEL',
      says: /notes/,
      model: () => made(`notes${own}`, Buffer.from('These are notes, not a model.\n'.repeat(50))),
    },
    {
      what: 'a truncated model',
      code: 'CORRUPT_FILE|NOT_A_MODEL',
      says: /digits-cnn|cut/,
      model: async () => made(`cut${own}`, (await readFile(demoFile(`digits-cnn${own}`).path)).subarray(0, 300_000)),
    },
    {
      what: 'an empty file',
      code: 'NOT_A_MODEL|CORRUPT_FILE',
      says: /empty|0 bytes/,
      model: () => made(`empty${own}`, Buffer.alloc(0)),
    },
  ];

  test.each(refusals)(
    'it refuses $what in one sentence and leaves nothing',
    async ({ what, code, says, recipe, model }) => {
      const outputDir = join(scratch, `${id}-${what.replaceAll(' ', '-')}`);
      await mkdir(outputDir);
      await writeFile(join(outputDir, 'mine.txt'), 'kept');
      const error = await run(backend, {
        recipe: { ...preset, ...recipe },
        files: model ? { ...files, model: await model() } : files,
        outputDir,
      }).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(InputError);
      if (!(error instanceof InputError)) return;
      expect(error.code).toMatch(new RegExp(`^(${code})$`));
      expect(`${error.message} ${error.remedy ?? ''}`).toMatch(says);
      expect(error.message).not.toMatch(/\n/);
      expect(await readdir(outputDir)).toEqual(['mine.txt']);
    },
  );

  test('an abort ends it and leaves nothing', async () => {
    const outputDir = join(scratch, `${id}-aborted`);
    await expect(
      run(backend, { recipe: preset, files, outputDir, signal: AbortSignal.abort(new Error('stop')) }),
    ).rejects.toThrow();
    await expect(readdir(outputDir)).rejects.toThrow(/ENOENT/);
  });
});

describe.each(subjects.filter(({ id }) => id !== 'torchao'))('$id, static', ({ id, backend, preset, own }) => {
  const model = demoFile(`digits-cnn${own}`);
  const graph = own === '.pth' ? { graph: demoFile('digits-cnn.onnx') } : {};

  test('it refuses to run without calibration data', async () => {
    await expect(
      run(backend, { recipe: preset, files: { model, ...graph }, outputDir: join(scratch, `${id}-none`) }),
    ).rejects.toMatchObject({ code: 'CALIBRATION_MISSING' });
  });

  test('data that does not fit the graph input is refused with both names and shapes', async () => {
    const calibration = await npzOf('pixels', [4, 3, 8, 8]);
    const error = await run(backend, {
      recipe: preset,
      files: { model, ...graph, calibration },
      outputDir: join(scratch, `${id}-unfit`),
    }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'CALIBRATION_MISMATCH' });
    expect(String(error)).toMatch(/pixels/);
    expect(String(error)).toMatch(/input/);
  });
});

type Asked = {
  readonly recipe: Recipe;
  readonly files: InputFiles;
  readonly outputDir: string;
  readonly signal?: AbortSignal;
  progress?(stage: Stage, fraction: number): void;
};

function run(backend: Backend, { recipe, files, outputDir, signal, progress }: Asked) {
  return runBackend({
    backend,
    recipe,
    files,
    outputDir,
    signal: signal ?? new AbortController().signal,
    report: { progress: (stage, fraction) => progress?.(stage, fraction), log: () => {} },
  });
}

async function made(name: string, bytes: Uint8Array): Promise<InputFiles['model']> {
  const path = join(scratch, name);
  await writeFile(path, bytes);
  return { path, name };
}

/** An .npz with one float32 array of zeros, in a stored zip as numpy.savez writes it. */
async function npzOf(array: string, shape: readonly number[]): Promise<InputFiles['model']> {
  const { writeNpz } = await import('../kit/write-npz.ts');
  const path = join(scratch, `${array}.npz`);
  await writeFile(path, writeNpz([{ name: array, shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]));
  return { path, name: `${array}.npz` };
}

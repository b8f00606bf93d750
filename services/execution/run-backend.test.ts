import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Backend, QuantizeJob } from '#contract/backend.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { type BackendRun, runBackend } from './run-backend.ts';

let scratch: string;
let folder: string;
let model: { path: string; name: string };
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-execution-'));
});
beforeEach(async () => {
  folder = await mkdtemp(join(scratch, 'run-'));
  model = { path: join(folder, 'in.txt'), name: 'in.txt' };
  await writeFile(model.path, 'abc');
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

test('warnings of the plan and of the run stand once each, in that order, in outcome, manifest and log', async () => {
  const lines: string[] = [];
  const report = { progress: () => {}, log: (_level: string, line: string) => void lines.push(line) };
  const { outcome } = await runBackend({ ...runOf(copier), report });
  expect(outcome.warnings).toEqual(['of the plan', 'of the run']);
  expect(lines.filter((line) => outcome.warnings.includes(line))).toEqual(outcome.warnings);
  const manifest = JSON.parse(await readFile(join(folder, 'out', 'manifest.json'), 'utf8'));
  expect(manifest.results.warnings).toEqual(outcome.warnings);
});

test('a deviation that the plan knew stands among the deviations and not among the warnings', async () => {
  const deviating: Backend = {
    ...copier,
    quantize: async (job) => ({ ...(await copier.quantize(job)), deviations: ['of the plan'] }),
  };
  const { outcome } = await runBackend(runOf(deviating));
  expect(outcome).toMatchObject({ warnings: ['of the run'], deviations: ['of the plan'] });
});

test('a directory in the place of the result is refused before anything is planned', async () => {
  await mkdir(join(folder, 'out', 'manifest.json'), { recursive: true });
  const plan = () => Promise.reject(new Error('planned'));
  await expect(runBackend(runOf({ ...copier, plan }))).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});

test('an input is not replaced by a file of the result that only the backend knew of', async () => {
  const part = { path: join(folder, 'out', 'copy.txt_data'), name: 'copy.txt_data' };
  await mkdir(join(folder, 'out'));
  await writeFile(part.path, 'weights');
  const quantize: Backend['quantize'] = async (job) => {
    await writeFile(join(job.outputDir, part.name), 'other weights');
    return copier.quantize(job);
  };
  const run = runOf({ ...copier, quantize });
  await expect(runBackend({ ...run, files: { model: { ...model, parts: [part] } } })).rejects.toMatchObject({
    message: 'The result copy.txt_data would take the place of the input copy.txt_data.',
  });
  expect(await readdir(join(folder, 'out'))).toEqual([part.name]);
  expect(await readFile(part.path, 'utf8')).toBe('weights');
});

/** Of a backend whose result has a data file as well. */
const withData = backendOf(async ({ outputDir }) => {
  await writeFile(join(outputDir, 'out.txt'), 'refers to data');
  await writeFile(join(outputDir, 'out.txt_data'), 'data');
});

test('the data file of an earlier result goes where the new one has none, and what is not of it stays', async () => {
  const out = join(folder, 'out');
  await runBackend(runOf(withData));
  await writeFile(join(out, 'mine.txt_data'), 'data');
  expect((await readdir(out)).sort()).toEqual(['manifest.json', 'mine.txt_data', 'out.txt', 'out.txt_data']);
  const failing = backendOf(async () => Promise.reject(new Error('no')));
  await expect(runBackend(runOf(failing))).rejects.toThrow('no');
  expect(await readdir(out)).toContain('out.txt_data');
  const lines: string[] = [];
  const report = { progress: () => {}, log: (_level: string, line: string) => void lines.push(line) };
  await runBackend({ ...runOf(copier), report });
  expect((await readdir(out)).sort()).toEqual(['manifest.json', 'mine.txt_data', 'out.txt']);
  expect(lines).toContain('Removing what else the earlier result had: out.txt_data');
});

test('a data file that is not what the earlier result had stays', async () => {
  await runBackend(runOf(withData));
  const path = join(folder, 'out', 'out.txt_data');
  await writeFile(path, 'DATA');
  await runBackend(runOf(copier));
  expect(await readFile(path, 'utf8')).toBe('DATA');
});

test.each([
  { what: 'that names a file outside the folder', artifacts: [{ name: 'out.txt' }, { name: '../in.txt' }] },
  { what: 'of a result of another name', artifacts: [{ name: 'other.txt' }, { name: 'out.txt_data' }] },
  { what: 'of nobody', artifacts: null },
])('a manifest $what removes nothing', async ({ artifacts }) => {
  const out = join(folder, 'out');
  await mkdir(out);
  await writeFile(join(out, 'out.txt_data'), 'abc');
  const facts = { bytes: 3, sha256: createHash('sha256').update('abc').digest('hex') };
  const listed = { format: 'zeropoint-manifest/1', artifacts: artifacts?.map(({ name }) => ({ name, ...facts })) };
  await writeFile(join(out, 'manifest.json'), artifacts ? JSON.stringify(listed) : '{}');
  await runBackend(runOf(copier));
  expect((await readdir(out)).sort()).toEqual(['manifest.json', 'out.txt', 'out.txt_data']);
  expect(await readFile(model.path, 'utf8')).toBe('abc');
});

test('an input that is the data file of the earlier result is kept, and refused before anything is planned', async () => {
  await runBackend(runOf(withData));
  const part = { path: join(folder, 'out', 'out.txt_data'), name: 'out.txt_data' };
  const plan = () => Promise.reject(new Error('planned'));
  const run = { ...runOf({ ...copier, plan }), files: { model: { ...model, parts: [part] } } };
  await expect(runBackend(run)).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: 'The input out.txt_data is a file of the earlier result that the result would replace.',
  });
  expect(await readFile(part.path, 'utf8')).toBe('data');
});

test('a plan that quantizes nothing is refused with the reason', async () => {
  const plan: Backend['plan'] = async (input) => {
    const planned = await copier.plan(input);
    return {
      ...planned,
      layers: planned.layers.map((layer) => ({ ...layer, verdict: 'native', reason: 'too narrow' })),
    };
  };
  await expect(runBackend(runOf({ ...copier, plan }))).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: 'There is nothing to quantize: too narrow (1 layer).',
  });
});

test('a result never takes the place of an input, however that is named', async () => {
  await writeFile(join(folder, 'out.txt'), 'the only copy');
  await symlink(join(folder, 'out.txt'), join(folder, 'link.txt'));
  for (const name of ['out.txt', 'link.txt']) {
    const files = { model: { path: join(folder, name), name } };
    await expect(runBackend({ ...runOf(copier), files, outputDir: folder })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: `The result out.txt would take the place of the input ${name}.`,
    });
  }
  expect(await readFile(join(folder, 'out.txt'), 'utf8')).toBe('the only copy');
});

test('an input that cannot be read stops the backend before its folder is cleared', async () => {
  let ended = false;
  const path = join(folder, 'samples.npz');
  await writeFile(path, 'x');
  const waiting = backendOf(async ({ signal, outputDir }) => {
    rmSync(path);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    expect(await readdir(outputDir)).toEqual([]);
    ended = true;
    return signal.throwIfAborted();
  });
  const files = { model, calibration: { path, name: 'samples.npz' } };
  const run = { ...runOf(waiting), files };
  await expect(runBackend(run)).rejects.toThrow(/ENOENT/);
  expect(ended).toBe(true);
  expect(await readdir(folder)).not.toContain('out');
});

test('an abort in the middle is the reason that the caller sees, and leaves nothing', async () => {
  const controller = new AbortController();
  const interrupted = backendOf(async ({ signal, outputDir }) => {
    await writeFile(join(outputDir, 'out.txt'), 'half');
    controller.abort(new Error('stop it'));
    return signal.throwIfAborted();
  });
  await expect(runBackend({ ...runOf(interrupted), signal: controller.signal })).rejects.toThrow('stop it');
  expect(await readdir(folder)).toEqual(['in.txt']);
});

test('an image that changes in a folder while it is read is refused; the folder has the digest of its files', async () => {
  const images = join(folder, 'images');
  await mkdir(join(images, 'cat'), { recursive: true });
  for (const name of ['b.png', 'cat/a.png', '.hidden']) await writeFile(join(images, name), name);
  const files = { model, calibration: { path: images, name: 'images' } };
  const finished = await runBackend({
    ...runOf(backendOf(async ({ outputDir }) => writeFile(join(outputDir, 'out.txt'), 'x'))),
    files,
  });
  const manifest = JSON.parse(await readFile(finished.artifacts.at(-1)?.path ?? '', 'utf8'));
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(manifest.inputs[1]).toEqual({
    role: 'calibration',
    name: 'images',
    bytes: 'b.pngcat/a.png'.length,
    sha256: sha256(`${sha256('b.png')}  b.png\n${sha256('cat/a.png')}  cat/a.png\n`),
  });
  const changing = backendOf(async () => writeFile(join(images, 'cat/a.png'), 'another'));
  await expect(runBackend({ ...runOf(changing), files })).rejects.toThrow('images changed while it was being read.');
});

test('an input that changes while it is read is refused, and leaves nothing', async () => {
  const changing = backendOf(async () => writeFile(model.path, 'abd'));
  await expect(runBackend(runOf(changing))).rejects.toMatchObject({
    code: 'CORRUPT_FILE',
    message: 'in.txt changed while it was being read.',
  });
  expect(await readdir(folder)).toEqual(['in.txt']);
});

test('a digest that is known is taken as it is, and the parts of an input stand beside it', async () => {
  const part = { path: join(folder, 'part.txt'), name: 'part.txt' };
  await writeFile(part.path, 'a'.repeat(3_000_000));
  const files = { model: { ...model, sha256: 'known', parts: [part] } };
  await runBackend({ ...runOf(copier), files });
  const { inputs } = JSON.parse(await readFile(join(folder, 'out', 'manifest.json'), 'utf8'));
  const sha256 = createHash('sha256').update('a'.repeat(3_000_000)).digest('hex');
  expect(inputs).toEqual([
    { role: 'model', name: 'in.txt', bytes: 3, sha256: 'known' },
    { role: 'model.part', name: 'part.txt', bytes: 3_000_000, sha256 },
  ]);
});

/** A backend in a few lines: what runs one knows none by name. */
function backendOf(write: (job: QuantizeJob) => Promise<void>): Backend {
  const layer = { name: 'a', class: 'Linear', evidence: 'said so', shape: [1], weights: null, activations: null };
  return {
    id: 'torchao',
    outputName: () => 'out.txt',
    plan: async () => ({
      backend: 'torchao',
      layers: [{ ...layer, verdict: 'quantized', reason: 'said so' }],
      rules: [],
      warnings: ['of the plan'],
      bytesBefore: 3,
      bytesAfter: 3,
    }),
    async quantize(job) {
      await write(job);
      return {
        layers: { quantized: 1, native: 0, skipped: 0 },
        bytesBefore: 3,
        bytesAfter: 3,
        evaluation: null,
        warnings: ['of the run'],
        deviations: [],
        calibrationSamples: null,
      };
    },
  };
}

const copier = backendOf(async ({ outputDir }) => writeFile(join(outputDir, 'out.txt'), 'made'));

function runOf(backend: Backend): BackendRun {
  return {
    backend,
    recipe: catalogue.torchao.preset,
    files: { model },
    outputDir: join(folder, 'out'),
    signal: new AbortController().signal,
    report: { progress: () => {}, log: () => {} },
  };
}

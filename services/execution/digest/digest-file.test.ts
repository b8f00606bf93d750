import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bytesForThread, digestFile } from './digest-file.ts';
import { digestInputs } from './digest-inputs.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-digest-'));
});
afterAll(() => rm(scratch, { recursive: true }));

const sizes = [0, 1, 131_072, bytesForThread - 1, bytesForThread, bytesForThread + 70_001];

it.each(sizes)('digests %d bytes, here or in a thread', async (bytes) => {
  const { path, sha256 } = await fileOf(bytes);
  expect(await digestFile(path, 'a file')).toEqual({ name: 'a file', path, bytes, sha256 });
});

it('is stopped by its signal while a thread reads', async () => {
  const { path } = await fileOf(4 * bytesForThread);
  const controller = new AbortController();
  const digest = digestFile(path, 'a file', controller.signal);
  setTimeout(() => controller.abort(new Error('enough')), 1);
  await expect(digest).rejects.toThrow('enough');
});

it('tells the error of the file, from wherever it was met', async () => {
  await expect(digestFile(join(scratch, 'gone'), 'gone')).rejects.toMatchObject({ code: 'ENOENT' });
});

it('keeps the digests of many inputs in the order of the files', async () => {
  const files = await Promise.all([3, bytesForThread, 5, 7, bytesForThread + 1, 11].map(fileOf));
  const parts = files.map(({ path }, i) => ({ path, name: `part ${i}` }));
  const model = { path: join(scratch, 'index'), name: 'index', parts };
  await writeFile(model.path, '{}');
  const digests = await digestInputs({ model }, new AbortController().signal);
  expect(digests.slice(1).map(({ sha256 }) => sha256)).toEqual(files.map(({ sha256 }) => sha256));
  expect(digests.map(({ role }) => role)).toEqual(['model', ...parts.map(() => 'model.part')]);
});

async function fileOf(bytes: number) {
  const content = Buffer.alloc(bytes, `of ${bytes}`);
  const path = join(scratch, String(bytes));
  await writeFile(path, content);
  return { path, sha256: createHash('sha256').update(content).digest('hex') };
}

import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { demoFile } from '../../test/kit/demo-file.ts';

vi.setConfig({ testTimeout: 120_000 });

const old = fileURLToPath(new URL('../../test/golden/torchao/old.0.17.int8.bfloat16.pth', import.meta.url));

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-cli-migrate-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

test('migrate --json writes one file and says what it holds', async () => {
  const folder = join(scratch, 'new', 'folder');
  const out = join(folder, 'new.pth');
  const { code, stdout } = await migrate([old, '--out', out, '--json']);
  expect(code).toBe(0);
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(result).toMatchObject({ tensors: { migrated: 2, current: 0, plain: 1 }, warnings: [] });
  expect(result.artifacts).toEqual([
    { path: out, bytes: result.bytesAfter, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ]);
  expect(await readdir(folder)).toEqual(['new.pth']);
});

test('a checkpoint of floats is refused, and nothing is written', async () => {
  const folder = join(scratch, 'refused');
  const { code, stderr } = await migrate([demoFile('digits-cnn.pth').path, '--out', join(folder, 'new.pth')]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/nothing to migrate\. Quantize a float checkpoint/);
  await expect(readdir(folder)).rejects.toThrow(/ENOENT/);
});

test('the old file is never replaced, and a file in the way of a failure stays', async () => {
  const folder = await mkdtemp(join(scratch, 'same-'));
  const copy = join(folder, 'old.pth');
  await copyFile(old, copy);
  const { code, stderr } = await migrate([copy, '--out', copy]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/would take the place of the input/);
  expect(await readFile(copy)).toEqual(await readFile(old));

  const kept = join(folder, 'kept.pth');
  await writeFile(kept, 'mine');
  expect((await migrate([demoFile('digits-cnn.pth').path, '--out', kept])).code).toBe(2);
  expect(await readFile(kept, 'utf8')).toBe('mine');
});

function migrate(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const launcher = fileURLToPath(new URL('../../infra/dev/zeropoint.mjs', import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'migrate', ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

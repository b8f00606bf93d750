import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openScratch } from './workspace.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeropoint-scratch-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('what dead workers left is wiped; living ones and strangers keep theirs', async () => {
  const dead = 2 ** 22 + 1;
  for (const name of [`worker-${dead}`, `worker-${process.ppid}`, `worker-${process.pid}`, 'notes']) {
    await mkdir(join(folder, name, 'run-1', 'in'), { recursive: true });
  }
  await openScratch(folder);
  expect((await readdir(folder)).sort()).toEqual(['notes', `worker-${process.ppid}`, `worker-${process.pid}`].sort());
  expect(await readdir(join(folder, `worker-${process.pid}`))).toEqual([]);
});

test('a workspace begins empty, whatever an earlier one of its name left, and goes whole', async () => {
  const scratch = await openScratch(folder);
  const first = await scratch.createWorkspace('run-1');
  await writeFile(join(first.outputs, 'half'), 'written');
  const second = await scratch.createWorkspace('run-1');
  expect(await readdir(second.outputs)).toEqual([]);
  await second.wipe();
  expect(await readdir(join(folder, `worker-${process.pid}`))).toEqual([]);
});

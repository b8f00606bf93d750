import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownMark, type ProcessMark } from './process-mark.ts';
import { ownerOfStage, stagePrefix } from './stage-name.ts';
import { inStagedFolder } from './staged-folder.ts';

let scratch: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-abandoned-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(scratch, { recursive: true, force: true });
});

const program = fileURLToPath(new URL('./staging-process.fixture.ts', import.meta.url));

/** A process that has made its hidden folder in `folder` and waits. */
async function halfWay(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

const hidden = async (folder: string) => (await readdir(folder)).filter((name) => name.startsWith('.partial-'));

/** A run of this process, which finds what there is. */
const another = (folder: string) =>
  inStagedFolder(folder, async (stage) => {
    await writeFile(join(stage, 'other'), 'done');
    return hidden(folder);
  });

test('what a killed process leaves goes with the next run into the folder', async () => {
  const folder = await mkdtemp(join(scratch, 'killed-'));
  const child = await halfWay(folder);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const left = await hidden(folder);
  expect(left.map((name) => ownerOfStage(name)?.pid)).toEqual([child.pid]);
  expect(await another(folder)).not.toContain(left[0]);
  expect(await readdir(folder)).toEqual(['other']);
});

test('what a living process is making stays, and it finishes', async () => {
  const folder = await mkdtemp(join(scratch, 'living-'));
  const child = await halfWay(folder);
  const [making] = await hidden(folder);
  expect(await another(folder)).toContain(making);
  child.stdin?.write('go on');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(await readdir(folder)).toEqual(['made', 'other']);
});

test('two runs of one process leave each other alone', async () => {
  const folder = await mkdtemp(join(scratch, 'both-'));
  const both = await inStagedFolder(folder, () => another(folder));
  expect(both).toHaveLength(2);
  expect(await readdir(folder)).toEqual(['other']);
});

const own = ownMark() as ProcessMark;

test('a number that another process has been given is no sign of life', async () => {
  const folder = await mkdtemp(join(scratch, 'again-'));
  await mkdir(join(folder, `${stagePrefix({ ...own, start: own.start - 1 })}abcDEF`, 'below'), { recursive: true });
  await another(folder);
  expect(await readdir(folder)).toEqual(['other']);
});

test.each([
  { what: 'another machine or container', name: `${stagePrefix({ ...own, space: '0123456789ab', start: 1 })}abcDEF` },
  { what: 'nobody that is named', name: '.partial-abcDEF' },
  { what: 'a name that only begins like ours', name: `${stagePrefix({ ...own, start: 1 })}abcDEF.old` },
])('a folder of $what stays', async ({ name }) => {
  const folder = await mkdtemp(join(scratch, 'foreign-'));
  await mkdir(join(folder, name));
  await another(folder);
  expect(await readdir(folder)).toEqual([name, 'other']);
});

test('a link with such a name is not followed', async () => {
  const folder = await mkdtemp(join(scratch, 'link-'));
  const target = await mkdtemp(join(scratch, 'target-'));
  await writeFile(join(target, 'precious'), '');
  const name = `${stagePrefix({ ...own, start: 1 })}abcDEF`;
  await symlink(target, join(folder, name));
  await another(folder);
  expect(await readdir(folder)).toEqual([name, 'other']);
  expect(await readdir(target)).toEqual(['precious']);
});

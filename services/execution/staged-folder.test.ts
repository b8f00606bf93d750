import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inStagedFolder } from './staged-folder.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-staged-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

test('what was made comes out together, over what had the same name', async () => {
  const folder = join(scratch, 'full');
  await mkdir(folder);
  await writeFile(join(folder, 'b'), 'old');
  const result = await inStagedFolder(folder, async (stage) => {
    await writeFile(join(stage, 'a'), 'new a');
    await writeFile(join(stage, 'b'), 'new b');
    expect(await readFile(join(folder, 'b'), 'utf8')).toBe('old');
    return 7;
  });
  expect(result).toBe(7);
  expect(await readdir(folder)).toEqual(['a', 'b']);
  expect(await readFile(join(folder, 'b'), 'utf8')).toBe('new b');
});

test('a failure leaves a folder that was there as it was', async () => {
  const folder = join(scratch, 'kept');
  await mkdir(folder);
  await writeFile(join(folder, 'mine'), 'kept');
  await expect(failing(folder)).rejects.toThrow('no');
  expect(await readdir(folder)).toEqual(['mine']);
});

test('a directory in the place of one file keeps all of them out', async () => {
  const folder = join(scratch, 'obstructed');
  await mkdir(join(folder, 'manifest.json'), { recursive: true });
  await writeFile(join(folder, 'a'), 'old');
  const making = inStagedFolder(folder, async (stage) => {
    await writeFile(join(stage, 'a'), 'new');
    await writeFile(join(stage, 'manifest.json'), 'new');
  });
  await expect(making).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringContaining('manifest.json'),
  });
  expect(await readdir(folder)).toEqual(['a', 'manifest.json']);
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('old');
});

test('a failure takes away all the folders that were made for it, and no other', async () => {
  await mkdir(join(scratch, 'outer'));
  await expect(failing(join(scratch, 'outer', 'inner', 'innermost'))).rejects.toThrow('no');
  expect(await readdir(join(scratch, 'outer'))).toEqual([]);
});

test('a folder in which somebody else has put something meanwhile stays', async () => {
  const folder = join(scratch, 'busy');
  await expect(
    inStagedFolder(folder, async () => {
      await writeFile(join(folder, 'theirs'), '');
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await readdir(folder)).toEqual(['theirs']);
});

test('a folder that cannot be made is an error of the file system, at once', async () => {
  await writeFile(join(scratch, 'file'), '');
  await expect(failing(join(scratch, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(failing(join(scratch, 'file', 'below', 'it'))).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readdir(scratch)).not.toContain('below');
});

function failing(folder: string): Promise<never> {
  return inStagedFolder(folder, async (stage) => {
    await writeFile(join(stage, 'half'), 'half of it');
    throw new Error('no');
  });
}

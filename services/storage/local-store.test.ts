import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { createLocalStore } from './local-store.ts';
import { openStore } from './open-store.ts';
import { describeStore } from './store.contract.ts';

const folders: string[] = [];

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'zeropoint-store-'));
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe('local store', () => {
  describeStore(async () => createLocalStore(await freshFolder()));

  test('nothing half-written is left behind', async () => {
    const folder = await freshFolder();
    const store = createLocalStore(folder);
    const broken = new Readable({ read: () => broken.destroy(new Error('cut')) });
    await expect(store.put('o/a', broken)).rejects.toThrow('cut');
    await store.put('o/b', Readable.from(['b']));
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  test('a URL opens it, an unknown scheme is refused by name', async () => {
    const store = openStore(pathToFileURL(await freshFolder()).href);
    expect((await store.put('o/a', Readable.from(['a']))).bytes).toBe(1);
    expect(() => openStore('ftp://host/folder')).toThrow(/ftp:/);
    expect(() => openStore('folder')).toThrow(/not a URL/);
  });
});

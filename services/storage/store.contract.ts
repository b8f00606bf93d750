import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { type ArtifactStore, MissingFileError } from './store.ts';

/** What every driver does alike; each driver's test calls this with a store of its own for every test. */
export function describeStore(open: () => Promise<ArtifactStore>): void {
  const bytes = Buffer.from('0123456789');
  const sha256 = createHash('sha256').update(bytes).digest('hex');

  test('what was put is stated and got back', async () => {
    const store = await open();
    const put = await store.put('o/uploads/a.bin', Readable.from([bytes.subarray(0, 4), bytes.subarray(4)]));
    expect(put).toEqual({ key: 'o/uploads/a.bin', bytes: 10, sha256 });
    expect(await store.stat('o/uploads/a.bin')).toEqual(put);
    expect(await buffer(await store.get('o/uploads/a.bin'))).toEqual(bytes);
  });

  test('an empty file is a file', async () => {
    const store = await open();
    expect((await store.put('o/empty', Readable.from([]))).bytes).toBe(0);
    expect((await buffer(await store.get('o/empty'))).byteLength).toBe(0);
  });

  test('a range has both its ends', async () => {
    const store = await open();
    await store.put('o/a', Readable.from([bytes]));
    expect((await buffer(await store.get('o/a', { start: 2, end: 4 }))).toString()).toBe('234');
    expect((await buffer(await store.get('o/a', { start: 9, end: 9 }))).toString()).toBe('9');
    await expect(store.get('o/a', { start: 5, end: 10 })).rejects.toThrow(/it has 10 bytes/);
  });

  test('a stream that breaks leaves nothing', async () => {
    const store = await open();
    const broken = Readable.from(
      (async function* () {
        yield bytes;
        throw new Error('the line went dead');
      })(),
    );
    await expect(store.put('o/broken', broken)).rejects.toThrow('the line went dead');
    expect(await store.stat('o/broken')).toBeNull();
    await expect(store.get('o/broken')).rejects.toBeInstanceOf(MissingFileError);
  });

  test('a copy has the bytes and their digest, and writing into it changes nothing in the store', async () => {
    const store = await open();
    const large = Buffer.alloc(9 * 2 ** 20 + 7, 'large ');
    const put = await store.put('o/large', Readable.from([large]));
    const folder = await mkdtemp(join(tmpdir(), 'zeropoint-copy-'));
    try {
      const path = join(folder, 'copy');
      const signal = new AbortController().signal;
      expect(await store.copyTo('o/large', path, signal)).toEqual(put);
      expect((await readFile(path)).equals(large)).toBe(true);
      await expect(store.copyTo('o/large', path, signal)).rejects.toThrow(/EEXIST/);
      await writeFile(path, 'altered');
      expect((await buffer(await store.get('o/large'))).equals(large)).toBe(true);
      await expect(store.copyTo('o/none', join(folder, 'none'), signal)).rejects.toBeInstanceOf(MissingFileError);
      const stopped = AbortSignal.abort(new Error('nobody waits'));
      await expect(store.copyTo('o/large', join(folder, 'late'), stopped)).rejects.toThrow('nobody waits');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('the same bytes may be put again, others may not', async () => {
    const store = await open();
    const first = await store.put('o/a', Readable.from([bytes]));
    expect(await store.put('o/a', Readable.from([bytes]))).toEqual(first);
    await expect(store.put('o/a', Readable.from(['other']))).rejects.toThrow(/never changed/);
    expect(await buffer(await store.get('o/a'))).toEqual(bytes);
  });

  test('a prefix is removed whole, its neighbours stay', async () => {
    const store = await open();
    for (const key of ['o/runs/1/1/model', 'o/runs/1/2/model', 'o/runs/10/1/model']) {
      await store.put(key, Readable.from([bytes]));
    }
    await store.removeAll('o/runs/1');
    await store.removeAll('o/runs/none');
    expect(await store.stat('o/runs/1/1/model')).toBeNull();
    expect(await store.stat('o/runs/1/2/model')).toBeNull();
    expect(await store.stat('o/runs/10/1/model')).not.toBeNull();
  });

  test.each(['', '/a', 'a/', 'a//b', '.', 'a/../b', '..', 'a/./b', 'a\\b', 'a\0b', 'a\nb', `a/${'x'.repeat(256)}`])(
    '%j is refused as a key',
    async (key) => {
      const store = await open();
      await expect(store.put(key, Readable.from([bytes]))).rejects.toThrow(/key/);
      await expect(store.stat(key)).rejects.toThrow(/key/);
      await expect(store.get(key)).rejects.toThrow(/key/);
      await expect(store.removeAll(key)).rejects.toThrow(/key/);
    },
  );
}

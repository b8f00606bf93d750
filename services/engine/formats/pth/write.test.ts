import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openByteSource } from '../byte-source.ts';
import { type Dtype, dtypes } from '../dtype.ts';
import { storageBytes } from '../storage-bytes.ts';
import { openZip } from '../zip/archive.ts';
import { openCheckpoint } from './open.ts';
import { dict, orderedDict } from './pickle/build.ts';
import type { PyTensor, TensorStorage } from './pickle/value.ts';
import { writeCheckpoint } from './write.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-write-'));
});
afterAll(() => rm(scratch, { recursive: true }));

function storage(dtype: Dtype, length: number): TensorStorage {
  const bytes = Uint8Array.from({ length: storageBytes({ dtype, length }) }, (_, index) => (index * 37 + 11) % 251);
  return { dtype, length, bytes: async () => bytes };
}

function tensor(dtype: Dtype, ...shape: number[]): PyTensor {
  return {
    kind: 'tensor',
    shape,
    storage: storage(
      dtype,
      shape.reduce((product, dimension) => product * dimension, 1),
    ),
  };
}

describe('writeCheckpoint', () => {
  it('writes every element type so that reading gives the same bytes', async () => {
    const path = join(scratch, 'types.pth');
    const tensors = new Map(Object.keys(dtypes).map((dtype) => [dtype, tensor(dtype as Dtype, 2, 3)]));
    await writeCheckpoint(path, orderedDict(tensors));
    const checkpoint = await openCheckpoint(path, 'types.pth');
    expect(checkpoint.tensors.map(({ name, dtype }) => [name, dtype])).toEqual(
      Object.keys(dtypes).map((dtype) => [dtype, dtype]),
    );
    for (const read of checkpoint.tensors)
      expect(await checkpoint.read(read)).toEqual(await tensors.get(read.name)?.storage.bytes?.());
    await checkpoint.close();
  });

  it('keeps scalars, empty tensors, shared storages and module versions', async () => {
    const path = join(scratch, 'shapes.pth');
    const shared = storage('float32', 6);
    const entries: [string, PyTensor][] = [
      ['scalar', tensor('int64')],
      ['empty', tensor('float32', 0, 3)],
      ['a.weight', { kind: 'tensor', shape: [2, 3], storage: shared }],
      ['b.weight', { kind: 'tensor', shape: [3, 2], storage: shared }],
    ];
    const metadata = dict([['_metadata', orderedDict([['a', dict([['version', 2]])]])]]);
    await writeCheckpoint(path, orderedDict(entries, metadata));
    const checkpoint = await openCheckpoint(path, 'shapes.pth');
    await checkpoint.close();
    expect(checkpoint.tensors.map(({ shape, strides }) => [shape, strides])).toEqual([
      [[], []],
      [
        [0, 3],
        [3, 1],
      ],
      [
        [2, 3],
        [3, 1],
      ],
      [
        [3, 2],
        [2, 1],
      ],
    ]);
    expect(checkpoint.tensors[2]?.storageKey).toBe(checkpoint.tensors[3]?.storageKey);
    expect(checkpoint.modules).toEqual(new Map([['a', 2]]));
  });

  it('lays the archive out as torch.save does', async () => {
    const path = join(scratch, 'layout.v2.pth');
    await writeCheckpoint(
      path,
      orderedDict(Array.from({ length: 12 }, (_, index) => [`w${index}`, tensor('float16', index + 1)])),
    );
    const file = await readFile(path);
    const source = await openByteSource(path, 'layout');
    const { entries } = await openZip(source);
    await source.close();
    const storages = Array.from({ length: 12 }, (_, index) => `layout.v2/data/${index}`);
    expect([...entries.keys()]).toEqual([
      'layout.v2/data.pkl',
      'layout.v2/.format_version',
      'layout.v2/.storage_alignment',
      'layout.v2/byteorder',
      ...storages,
      'layout.v2/version',
    ]);
    for (const entry of entries.values()) {
      expect(entry.offset % 64).toBe(0);
      const data = file.subarray(entry.offset, entry.offset + entry.bytes);
      expect(crc32(data)).toBe(entry.crc32);
      expect(file.readUInt32LE(entry.offset + entry.bytes)).toBe(0x08074b50);
      expect(file.readUInt32LE(entry.offset + entry.bytes + 4)).toBe(entry.crc32);
    }
  });

  it('leaves no file behind when a tensor cannot be had', async () => {
    const failing: PyTensor = {
      kind: 'tensor',
      shape: [4],
      storage: { dtype: 'float32', length: 4, bytes: () => Promise.reject(new Error('disk on fire')) },
    };
    await expect(
      writeCheckpoint(
        join(scratch, 'half.pth'),
        orderedDict([
          ['w', tensor('float32', 9)],
          ['x', failing],
        ]),
      ),
    ).rejects.toThrow('disk on fire');
    const short: PyTensor = {
      ...failing,
      storage: { dtype: 'float32', length: 4, bytes: async () => new Uint8Array(15) },
    };
    await expect(writeCheckpoint(join(scratch, 'half.pth'), orderedDict([['w', short]]))).rejects.toThrow(
      'has 15 bytes, announced were 16',
    );
    expect(await readdir(scratch)).not.toContain('half.pth');
  });
});

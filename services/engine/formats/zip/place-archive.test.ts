import { describe, expect, it } from 'vitest';
import type { TensorStorage } from '../pth/pickle/value.ts';
import { placeArchive } from './place-archive.ts';

const GiB = 2 ** 30;
const ones = 0xffffffff;
const storage = (bytes: number): TensorStorage => ({ dtype: 'uint8', length: bytes });

/** Layouts of files far larger than the test writes: only the pieces around the storages are made. */
function place(sizes: readonly number[]) {
  const storages = sizes.map(storage);
  const placed = placeArchive([
    { name: 'a/data.pkl', content: Buffer.from('pickle') },
    ...storages.map((content, key) => ({ name: `a/data/${key}`, content })),
  ]);
  const checksums = new Map(storages.map((one, i) => [one, 0x01020304 + i]));
  const pieces = [...placed.fixed, ...(placed.finish?.(checksums) ?? [])].sort((a, b) => a.offset - b.offset);
  const at = (offset: number) => {
    const piece = pieces.find((one) => one.offset <= offset && offset < one.offset + one.bytes.length);
    if (!piece) throw new Error(`nothing is written at ${offset}`);
    return Buffer.from(piece.bytes).subarray(offset - piece.offset);
  };
  return { placed, pieces, at, places: storages.map((one) => placed.places.get(one) ?? -1) };
}

describe('placeArchive', () => {
  it('leaves no byte out and writes none twice', () => {
    const sizes = [100, 0, 3 * GiB, 5 * GiB, 7, 0];
    const { placed, pieces, places } = place(sizes);
    const spans = [
      ...pieces.map(({ offset, bytes }) => [offset, bytes.length] as const),
      ...places.map((offset, i) => [offset, sizes[i] ?? 0] as const),
    ].filter(([, length]) => length > 0);
    let end = 0;
    for (const [offset, length] of spans.sort(([a], [b]) => a - b)) {
      expect(offset).toBe(end);
      end = offset + length;
    }
    expect(end).toBe(placed.bytes);
    for (const offset of places) expect(offset % 64).toBe(0);
  });

  it('gives a record of 4 GiB - 1 the wide fields, and one byte less the narrow ones', () => {
    const { at, places } = place([ones - 1, 9]);
    const [narrow = 0] = places;
    expect(at(narrow + ones - 1).readUInt32LE(8)).toBe(ones - 1);
    const wide = place([ones, 9]);
    const [data = 0] = wide.places;
    const end = wide.at(data + ones);
    expect([end.readUInt32LE(0), end.readUInt32LE(4)]).toEqual([0x08074b50, 0x01020304]);
    expect([end.readBigUInt64LE(8), end.readBigUInt64LE(16)]).toEqual([BigInt(ones), BigInt(ones)]);
  });

  it('writes local header, descriptor and directory of a large record and of one behind it as torch does', () => {
    const { placed, at, places } = place([5 * GiB, 9]);
    const [first = 0, second = 0] = places;
    // After the pickle's descriptor: sizes in the extra field, 0 where they are not known yet.
    const header = at(6 + 64 + 16);
    expect(header.readUInt32LE(0)).toBe(0x04034b50);
    const extra = header.subarray(30 + 'a/data/0'.length);
    expect([extra.readUInt16LE(0), extra.readUInt16LE(2)]).toEqual([1, 16]);
    expect([extra.readBigUInt64LE(4), extra.readBigUInt64LE(12)]).toEqual([BigInt(5 * GiB), 0n]);
    expect(extra.subarray(20, 22).toString()).toBe('FB');
    const next = first + 5 * GiB + 24;
    const behind = at(next).subarray(30 + 'a/data/1'.length);
    expect([behind.readUInt16LE(0), behind.readUInt16LE(2), behind.readBigUInt64LE(4)]).toEqual([1, 8, BigInt(next)]);
    // The descriptor behind it is wide as well, for its offset is.
    const descriptor = at(second + 9);
    expect([descriptor.readBigUInt64LE(8), descriptor.readBigUInt64LE(16)]).toEqual([9n, 9n]);
    const directory = at(second + 9 + 24);
    expect(directory.readUInt32LE(0)).toBe(0x02014b50);
    const entry = directory.subarray(46 + 'a/data.pkl'.length);
    expect([entry.readUInt32LE(20), entry.readUInt32LE(24), entry.readUInt16LE(30)]).toEqual([ones, ones, 20]);
    const last = entry.subarray(46 + 'a/data/0'.length + 20);
    expect([last.readUInt32LE(20), last.readUInt16LE(30), last.readUInt32LE(42)]).toEqual([9, 12, ones]);
    const end = at(placed.bytes - 98);
    expect([end.readUInt32LE(0), end.readBigUInt64LE(48)]).toEqual([0x06064b50, BigInt(second + 9 + 24)]);
    expect(end.readUInt32LE(76 + 16)).toBe(ones);
  });

  it('refuses to finish without the checksum of a storage', () => {
    const placed = placeArchive([{ name: 'a/data/0', content: storage(4) }]);
    expect(() => [...(placed.finish?.(new Map()) ?? [])]).toThrow('a storage was placed and never written');
  });
});

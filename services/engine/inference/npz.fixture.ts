import { crc32 } from 'node:zlib';

type ArrayText = {
  readonly shape: readonly number[];
  readonly values?: readonly number[];
  readonly integers?: readonly number[];
};

/** An .npz of float32 (`values`) and int64 (`integers`) arrays, stored uncompressed as numpy.savez does. */
export function npz(arrays: Readonly<Record<string, ArrayText>>): Buffer {
  const entries = Object.entries(arrays).map(([name, text]) => ({ name: Buffer.from(`${name}.npy`), body: npy(text) }));
  let offset = 0;
  const central: Buffer[] = [];
  const local = entries.flatMap(({ name, body }) => {
    const fields = zipFields(name, body);
    const start = Buffer.alloc(4);
    start.writeUInt32LE(offset);
    central.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), fields, Buffer.alloc(10), start, name]));
    const parts = [Buffer.from('504b0304', 'hex'), fields, name, body];
    offset += parts.reduce((sum, part) => sum + part.length, 0);
    return parts;
  });
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

/** From “version needed” to the length of the extra field: the same 26 bytes in both headers. */
function zipFields(name: Buffer, body: Buffer): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt32LE(crc32(body), 10);
  fields.writeUInt32LE(body.length, 14);
  fields.writeUInt32LE(body.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function npy({ shape, values, integers }: ArrayText): Buffer {
  const data = integers ? BigInt64Array.from(integers, BigInt) : Float32Array.from(values ?? []);
  const text = `{'descr': '${integers ? '<i8' : '<f4'}', 'fortran_order': False, 'shape': (${shape.map((size) => `${size},`).join('')}), }`;
  const header = Buffer.from(`${text.padEnd(117)}\n`);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from('934e554d50590100', 'hex'), length, header, Buffer.from(data.buffer)]);
}

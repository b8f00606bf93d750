import { writeZip } from './write-zip.ts';

export type NpzEntry = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array;
};

/** The bytes of an .npz as numpy.savez makes it: a zip of stored .npy files, format 1.0. For tests that need odd data. */
export function writeNpz(entries: readonly NpzEntry[]): Buffer {
  return writeZip(Object.fromEntries(entries.map((entry) => [`${entry.name}.npy`, writeNpy(entry)])));
}

/** A .npy on its own; it has no name. */
export function writeNpy({ shape, values }: NpzEntry): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const descr = values instanceof BigInt64Array ? '<i8' : '<f4';
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const padded = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11);
  const prefix = Buffer.alloc(10);
  prefix.write('\x93NUMPY\x01\x00', 'latin1');
  prefix.writeUInt16LE(padded.length + 1, 8);
  return Buffer.concat([
    prefix,
    Buffer.from(`${padded}\n`),
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  ]);
}

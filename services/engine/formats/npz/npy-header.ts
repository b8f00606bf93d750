import { InputError } from '#contract/failure.ts';
import { type ByteSource, corrupt, overLimit } from '../byte-source.ts';
import type { Dtype } from '../dtype.ts';
import { limits } from '../limits.ts';
import type { ZipEntry } from '../zip/archive.ts';
import type { EntryCursor } from './entry-cursor.ts';
import { type Literal, parseLiteral } from './literal.ts';

/** What stands before the elements of a .npy (numpy/lib/format.py). */
export type NpyHeader = {
  /** Its own length: where the elements begin. */
  readonly bytes: number;
  readonly dtype: Dtype;
  readonly bigEndian: boolean;
  readonly shape: readonly number[];
};

/** Bytes of the header-length field by format version. */
const lengthBytes = new Map([
  ['1.0', 2],
  ['2.0', 4],
  ['3.0', 4],
]);

export async function readNpyHeader(source: ByteSource, entry: ZipEntry, cursor: EntryCursor): Promise<NpyHeader> {
  const start = Buffer.from(await cursor.read(8));
  if (start.toString('latin1', 0, 6) !== '\x93NUMPY')
    throw corrupt(source, `has an array “${entry.name}” that does not begin as .npy files do.`);
  const version = `${start[6]}.${start[7]}`;
  const width = lengthBytes.get(version);
  if (!width)
    throw new InputError(
      'UNSUPPORTED',
      `${source.name} has “${entry.name}” in version ${version} of the .npy format; 1.0 to 3.0 are known.`,
    );
  const length = Buffer.from(await cursor.read(width)).readUIntLE(0, width);
  if (length > limits.npyHeaderBytes)
    throw overLimit(
      source,
      `has “${entry.name}” with a header of ${length} bytes; at most ${limits.npyHeaderBytes} are read.`,
    );
  const text = Buffer.from(await cursor.read(length)).toString('latin1');
  const fields = parseLiteral(text);
  if (!(fields instanceof Map))
    throw corrupt(source, `has “${entry.name}” with a header that is no Python dictionary.`);
  return {
    bytes: cursor.position,
    ...readType(source, entry, fields.get('descr')),
    shape: readShape(source, entry, fields),
  };
}

const types: ReadonlyMap<string, Dtype> = new Map([
  ['f8', 'float64'],
  ['f4', 'float32'],
  ['f2', 'float16'],
  ['i8', 'int64'],
  ['i4', 'int32'],
  ['i2', 'int16'],
  ['i1', 'int8'],
  ['u8', 'uint64'],
  ['u4', 'uint32'],
  ['u2', 'uint16'],
  ['u1', 'uint8'],
  ['b1', 'bool'],
  ['c8', 'complex64'],
  ['c16', 'complex128'],
]);

/** `<f4`: byte order, kind, size. */
function readType(
  source: ByteSource,
  entry: ZipEntry,
  descr: Literal | undefined,
): { dtype: Dtype; bigEndian: boolean } {
  const [, order, code] = (typeof descr === 'string' && /^([<>|=])(\w{1,12})$/.exec(descr)) || [];
  if (code?.startsWith('O')) {
    throw new InputError(
      'UNSAFE_FILE',
      `${source.name} has “${entry.name}” with Python objects in it, which only unpickling could read; nothing was run.`,
      {
        remedy: 'Save plain numbers: numpy.savez(path, input=numpy.stack(samples)).',
      },
    );
  }
  const dtype = types.get(code ?? '');
  if (!dtype) {
    const shown = typeof descr === 'string' ? `“${descr.slice(0, 40)}”` : 'a structure';
    throw new InputError(
      'UNSUPPORTED',
      `${source.name} has “${entry.name}” with elements of ${shown}; numbers and booleans are read.`,
    );
  }
  return { dtype, bigEndian: order === '>' };
}

function readShape(source: ByteSource, entry: ZipEntry, fields: ReadonlyMap<Literal, Literal>): readonly number[] {
  const shape = fields.get('shape');
  const dimensions = Array.isArray(shape) ? shape.filter((dimension) => typeof dimension === 'number') : [];
  if (!Array.isArray(shape) || dimensions.length !== shape.length || dimensions.some((dimension) => dimension < 0)) {
    throw corrupt(source, `has “${entry.name}” with a shape that is none.`);
  }
  if (dimensions.length === 0)
    throw new InputError(
      'NOT_A_DATASET',
      `${source.name} has “${entry.name}”, a single number; the first dimension must count samples.`,
    );
  if (dimensions.length > limits.npyRank)
    throw overLimit(source, `has “${entry.name}” of rank ${dimensions.length}; at most ${limits.npyRank} is read.`);
  const fortran = fields.get('fortran_order');
  if (typeof fortran !== 'boolean')
    throw corrupt(source, `has “${entry.name}” that does not say the order of its elements.`);
  if (fortran && dimensions.length > 1) {
    throw new InputError(
      'UNSUPPORTED',
      `${source.name} has “${entry.name}” in Fortran order, where samples are not one after the other.`,
      {
        remedy: 'Save numpy.ascontiguousarray(samples).',
      },
    );
  }
  return dimensions;
}

import { InputError } from '#contract/failure.ts';
import { corrupt, overLimit } from '../byte-source.ts';
import type { Dtype } from '../dtype.ts';
import { limits } from '../limits.ts';
import { type Literal, parseLiteral } from './literal.ts';

/** What stands before the elements of a .npy (numpy/lib/format.py). */
export type NpyHeader = {
  /** Its own length: where the elements begin. */
  readonly bytes: number;
  readonly dtype: Dtype;
  readonly bigEndian: boolean;
  readonly shape: readonly number[];
};

/** What every .npy begins with. */
export const npyMagic = '\x93NUMPY';

/** Bytes of the header-length field by format version. */
const lengthBytes = new Map([
  ['1.0', 2],
  ['2.0', 4],
  ['3.0', 4],
]);

/** Where a .npy is read front to back. */
export type NpyStart = {
  /** `name` begins the messages. */
  readonly source: { readonly name: string };
  /** What messages call the array: its name among others, or just “an array”. */
  readonly array: string;
  read(length: number): Promise<Uint8Array<ArrayBuffer>>;
};

export async function readNpyHeader(start: NpyStart): Promise<NpyHeader> {
  const { source, array } = start;
  const magic = Buffer.from(await start.read(8));
  if (magic.toString('latin1', 0, 6) !== npyMagic)
    throw corrupt(source, `has ${array} that does not begin as .npy files do.`);
  const version = `${magic[6]}.${magic[7]}`;
  const width = lengthBytes.get(version);
  if (!width)
    throw new InputError(
      'UNSUPPORTED',
      `${source.name} has ${array} in version ${version} of the .npy format; 1.0 to 3.0 are known.`,
    );
  const length = Buffer.from(await start.read(width)).readUIntLE(0, width);
  if (length > limits.npyHeaderBytes)
    throw overLimit(
      source,
      `has ${array} with a header of ${length} bytes; at most ${limits.npyHeaderBytes} are read.`,
    );
  const text = Buffer.from(await start.read(length)).toString('latin1');
  const fields = parseLiteral(text);
  if (!(fields instanceof Map)) throw corrupt(source, `has ${array} with a header that is no Python dictionary.`);
  return {
    bytes: 8 + width + length,
    ...readType(start, fields.get('descr')),
    shape: readShape(start, fields),
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
function readType({ source, array }: NpyStart, descr: Literal | undefined): { dtype: Dtype; bigEndian: boolean } {
  const [, order, code] = (typeof descr === 'string' && /^([<>|=])(\w{1,12})$/.exec(descr)) || [];
  if (code?.startsWith('O')) {
    throw new InputError(
      'UNSAFE_FILE',
      `${source.name} has ${array} with Python objects in it, which only unpickling could read; nothing was run.`,
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
      `${source.name} has ${array} with elements of ${shown}; numbers and booleans are read.`,
    );
  }
  return { dtype, bigEndian: order === '>' };
}

function readShape({ source, array }: NpyStart, fields: ReadonlyMap<Literal, Literal>): readonly number[] {
  const shape = fields.get('shape');
  const dimensions = Array.isArray(shape) ? shape.filter((dimension) => typeof dimension === 'number') : [];
  if (!Array.isArray(shape) || dimensions.length !== shape.length || dimensions.some((dimension) => dimension < 0)) {
    throw corrupt(source, `has ${array} with a shape that is none.`);
  }
  if (dimensions.length === 0)
    throw new InputError(
      'NOT_A_DATASET',
      `${source.name} has ${array}, a single number; the first dimension must count samples.`,
    );
  if (dimensions.length > limits.npyRank)
    throw overLimit(source, `has ${array} of rank ${dimensions.length}; at most ${limits.npyRank} is read.`);
  const fortran = fields.get('fortran_order');
  if (typeof fortran !== 'boolean') throw corrupt(source, `has ${array} that does not say the order of its elements.`);
  if (fortran && dimensions.length > 1) {
    throw new InputError(
      'UNSUPPORTED',
      `${source.name} has ${array} in Fortran order, where samples are not one after the other.`,
      {
        remedy: 'Save numpy.ascontiguousarray(samples).',
      },
    );
  }
  return dimensions;
}

import { InputError } from '#contract/failure.ts';
import { elementCount } from '../element-count.ts';
import { limits } from '../limits.ts';
import type { PlacedFile } from '../placed-file.ts';
import type { TensorStorage } from '../pth/pickle/value.ts';
import { storageBytes } from '../storage-bytes.ts';
import { elementTypes } from './element-types.ts';

/** A tensor to be written; its elements are the whole of its storage, which no other tensor has. */
export type NamedStorage = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly storage: TensorStorage;
};

/**
 * Lays out a .safetensors as the library itself does: the length of the header (u64), the header in JSON, padded with
 * spaces to a multiple of 8, then the tensors, wider types first and names in the order of their UTF-8 bytes.
 * Errors: UNSUPPORTED for what the format cannot hold; LIMIT_EXCEEDED for a header that its readers would refuse.
 */
export function placeSafetensors(tensors: readonly NamedStorage[], metadata: ReadonlyMap<string, string>): PlacedFile {
  const ordered = tensors.map(typed).sort((a, b) => b.rank - a.rank || Buffer.compare(a.key, b.key));
  const ranges = rangesOf(ordered);
  const header = encodeHeader(ordered, ranges, metadata);
  return {
    bytes: header.length + (ranges.at(-1)?.end ?? 0),
    places: new Map(ordered.map(({ storage }, index) => [storage, header.length + (ranges[index]?.begin ?? 0)])),
    fixed: [{ offset: 0, bytes: header }],
    finish: null,
  };
}

type TypedTensor = NamedStorage & { readonly rank: number; readonly code: string; readonly key: Buffer };
type Range = { readonly begin: number; readonly end: number };

function typed(tensor: NamedStorage): TypedTensor {
  const { name, shape, storage } = tensor;
  const rank = elementTypes.findIndex(({ dtype }) => dtype === storage.dtype);
  const type = elementTypes[rank];
  if (!type) throw unsupported(name, `has elements of ${storage.dtype}`);
  if (name === '__metadata__') throw unsupported(name, 'has the name of the format’s own entry');
  if (elementCount(shape) !== storage.length) throw new Error(`${name} shows a part of its storage`);
  return {
    ...tensor,
    shape: type.bits < 8 ? unpackedShape(shape) : shape,
    rank,
    code: type.code,
    key: Buffer.from(name),
  };
}

function unsupported(name: string, why: string): InputError {
  return new InputError('UNSUPPORTED', `The tensor “${name}” ${why}, which safetensors cannot hold.`, {
    remedy: 'Write a .pth instead: output_format pth.',
  });
}

/** PyTorch counts bytes of two elements, the format elements. */
function unpackedShape(shape: readonly number[]): readonly number[] {
  return [...shape.slice(0, -1), (shape.at(-1) ?? 1) * 2];
}

function rangesOf(ordered: readonly TypedTensor[]): readonly Range[] {
  let end = 0;
  return ordered.map(({ storage }) => {
    const begin = end;
    end += storageBytes(storage);
    return { begin, end };
  });
}

/** Written by hand, so that a tensor may have any name that JSON can spell. */
function encodeHeader(
  ordered: readonly TypedTensor[],
  ranges: readonly Range[],
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  const texts = [...metadata].map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`);
  const entries = ordered.map(({ name, code, shape }, index) => {
    const { begin, end } = ranges[index] ?? { begin: 0, end: 0 };
    return `${JSON.stringify(name)}:{"dtype":"${code}","shape":[${shape}],"data_offsets":[${begin},${end}]}`;
  });
  const text = Buffer.from(`{${[...(texts.length > 0 ? [`"__metadata__":{${texts}}`] : []), ...entries]}}`);
  const length = Math.ceil(text.length / 8) * 8;
  if (length > limits.safetensorsHeaderBytes)
    throw new InputError(
      'LIMIT_EXCEEDED',
      `The header of the .safetensors would have ${length} bytes; at most ${limits.safetensorsHeaderBytes} are allowed.`,
      { remedy: 'Write a .pth instead: output_format pth.' },
    );
  const header = Buffer.alloc(8 + length, ' ');
  header.writeBigUInt64LE(BigInt(length));
  text.copy(header, 8);
  return header;
}

import { InputError } from '#contract/failure.ts';
import { type ByteSource, corrupt, overLimit } from '../byte-source.ts';
import { limits } from '../limits.ts';
import { checkJson } from './check-json.ts';
import { type ElementType, elementTypes } from './element-types.ts';

/** What the header of a .safetensors says (huggingface/safetensors, “Format”): tensors, in the order of their data, and free texts. */
export type SafetensorsHeader = {
  readonly tensors: readonly SafetensorsTensor[];
  readonly metadata: ReadonlyMap<string, string>;
};

export type SafetensorsTensor = {
  readonly name: string;
  readonly type: ElementType;
  /** In elements, of which several may share a byte. */
  readonly shape: readonly number[];
  /** In the file. */
  readonly offset: number;
  readonly bytes: number;
};

const typesByCode: ReadonlyMap<string, ElementType> = new Map(elementTypes.map((type) => [type.code, type]));
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads and checks the header alone: every tensor's range fits its shape, and the ranges fill the file without holes or overlap. */
export async function readSafetensorsHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const length = await readLength(source);
  const fields = parseHeader(source, await source.read(8, length));
  const dataOffset = 8 + length;
  const tensors: SafetensorsTensor[] = [];
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, value] of fields) {
    if (name === '__metadata__') metadata = readMetadata(source, value);
    else tensors.push(readTensor({ source, dataOffset }, name, value));
  }
  if (tensors.length > limits.checkpointTensors)
    throw overLimit(source, `has ${tensors.length} tensors; at most ${limits.checkpointTensors} are read.`);
  tensors.sort((a, b) => a.offset - b.offset || a.bytes - b.bytes);
  checkRanges(source, tensors, dataOffset);
  return { tensors, metadata };
}

async function readLength(source: ByteSource): Promise<number> {
  if (source.size < 8)
    throw new InputError('NOT_A_MODEL', `${source.name} has ${source.size} bytes, too few for a safetensors file.`);
  const length = new DataView((await source.read(0, 8)).buffer).getBigUint64(0, true);
  if (length > BigInt(limits.safetensorsHeaderBytes))
    throw overLimit(
      source,
      `says its header has ${length} bytes; at most ${limits.safetensorsHeaderBytes} are allowed.`,
    );
  if (length > BigInt(source.size - 8))
    throw corrupt(source, `says its header has ${length} bytes, but ends at byte ${source.size}.`);
  return Number(length);
}

function parseHeader(source: ByteSource, bytes: Uint8Array): readonly (readonly [string, unknown])[] {
  try {
    const text = utf8.decode(bytes);
    checkJson(text, limits.tensorRank);
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  } catch (cause) {
    if (cause instanceof RangeError) throw overLimit(source, cause.message);
    throw corrupt(source, `has a header that is not its JSON (${cause instanceof Error ? cause.message : cause}).`);
  }
  throw corrupt(source, 'has a header that is no JSON object.');
}

function readMetadata(source: ByteSource, value: unknown): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw corrupt(source, 'has __metadata__ that is no object.');
  return new Map(
    Object.entries(value).map(([key, text]) => {
      if (typeof text !== 'string') throw corrupt(source, `has __metadata__ whose “${key}” is no text.`);
      return [key, text];
    }),
  );
}

type Place = { readonly source: ByteSource; readonly dataOffset: number };

function readTensor({ source, dataOffset }: Place, name: string, value: unknown): SafetensorsTensor {
  const field = (key: string): unknown =>
    typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
  const code = field('dtype');
  const type = typeof code === 'string' ? typesByCode.get(code) : undefined;
  if (!type) throw corrupt(source, `has a tensor “${name}” with elements of ${JSON.stringify(code)}.`);
  if (name.length > limits.tensorNameLength)
    throw overLimit(source, `has a tensor whose name has ${name.length} characters.`);
  const shape = integers(field('shape'));
  const offsets = integers(field('data_offsets'));
  const [begin, end] = offsets ?? [];
  if (!shape || begin === undefined || end === undefined || offsets?.length !== 2 || end < begin)
    throw corrupt(source, `has a tensor “${name}” without a shape and a range of bytes.`);
  if (shape.length > limits.tensorRank)
    throw overLimit(
      source,
      `has a tensor “${name}” of ${shape.length} dimensions; at most ${limits.tensorRank} are read.`,
    );
  const bits = shape.reduce((product, dimension) => product * BigInt(dimension), BigInt(type.bits));
  if (bits !== BigInt(end - begin) * 8n)
    throw corrupt(
      source,
      `has a tensor “${name}” of shape [${shape}], ${bits / 8n} bytes, in a range of ${end - begin}.`,
    );
  return { name, type, shape, offset: dataOffset + begin, bytes: end - begin };
}

function integers(value: unknown): readonly number[] | null {
  if (!Array.isArray(value)) return null;
  return value.every((item): item is number => Number.isSafeInteger(item) && item >= 0) ? value : null;
}

function checkRanges(source: ByteSource, sorted: readonly SafetensorsTensor[], dataOffset: number): void {
  let at = dataOffset;
  for (const { name, offset, bytes } of sorted) {
    if (offset !== at) {
      const [found, next] = [offset - dataOffset, at - dataOffset];
      throw corrupt(source, `has a tensor “${name}” from byte ${found} of its data, where byte ${next} is next.`);
    }
    at += bytes;
  }
  if (at !== source.size)
    throw corrupt(source, `has ${source.size - dataOffset} bytes of data, but its tensors take ${at - dataOffset}.`);
}

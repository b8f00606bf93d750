import { InputError } from '#contract/failure.ts';
import { type ByteSource, corrupt, overLimit } from '../byte-source.ts';
import { limits } from '../limits.ts';
import { checkJson } from './check-json.ts';

/** What the header of a .safetensors says (huggingface/safetensors, “Format”): tensors, in the order of their data, and free texts. */
export type SafetensorsHeader = {
  readonly tensors: readonly SafetensorsTensor[];
  readonly metadata: ReadonlyMap<string, string>;
};

type SafetensorsTensor = {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
};

/** Bits of an element, and our name for it. */
const types: ReadonlyMap<string, readonly [bits: number, name: string]> = new Map([
  ['F64', [64, 'float64']],
  ['F32', [32, 'float32']],
  ['F16', [16, 'float16']],
  ['BF16', [16, 'bfloat16']],
  ['F8_E4M3', [8, 'float8_e4m3fn']],
  ['F8_E5M2', [8, 'float8_e5m2']],
  ['F8_E4M3FNUZ', [8, 'float8_e4m3fnuz']],
  ['F8_E5M2FNUZ', [8, 'float8_e5m2fnuz']],
  ['F8_E8M0', [8, 'float8_e8m0fnu']],
  ['F6_E2M3', [6, 'float6_e2m3']],
  ['F6_E3M2', [6, 'float6_e3m2']],
  ['F4', [4, 'float4_e2m1fn_x2']],
  ['I64', [64, 'int64']],
  ['I32', [32, 'int32']],
  ['I16', [16, 'int16']],
  ['I8', [8, 'int8']],
  ['U64', [64, 'uint64']],
  ['U32', [32, 'uint32']],
  ['U16', [16, 'uint16']],
  ['U8', [8, 'uint8']],
  ['BOOL', [8, 'bool']],
  ['C64', [64, 'complex64']],
  ['C128', [128, 'complex128']],
]);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads and checks the header alone: every tensor's range fits its shape, and the ranges fill the file without holes or overlap. */
export async function readSafetensorsHeader(source: ByteSource): Promise<SafetensorsHeader> {
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
  const fields = parseHeader(source, await source.read(8, Number(length)));
  const tensors: (SafetensorsTensor & { begin: number })[] = [];
  const metadata = new Map<string, string>();
  for (const [name, value] of fields) {
    if (name === '__metadata__') readMetadata(source, value, metadata);
    else tensors.push(readTensor(source, name, value));
  }
  tensors.sort((a, b) => a.begin - b.begin || a.bytes - b.bytes);
  checkRanges(source, tensors, source.size - 8 - Number(length));
  return { tensors: tensors.map(({ name, dtype, shape, bytes }) => ({ name, dtype, shape, bytes })), metadata };
}

function parseHeader(source: ByteSource, bytes: Uint8Array): readonly (readonly [string, unknown])[] {
  try {
    const text = utf8.decode(bytes);
    checkJson(text);
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  } catch (cause) {
    throw corrupt(source, `has a header that is not its JSON (${cause instanceof Error ? cause.message : cause}).`);
  }
  throw corrupt(source, 'has a header that is no JSON object.');
}

function readMetadata(source: ByteSource, value: unknown, metadata: Map<string, string>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw corrupt(source, 'has __metadata__ that is no object.');
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw corrupt(source, `has __metadata__ whose “${key}” is no text.`);
    metadata.set(key, text);
  }
}

function readTensor(source: ByteSource, name: string, value: unknown): SafetensorsTensor & { begin: number } {
  const field = (key: string): unknown =>
    typeof value === 'object' && value !== null ? Object.entries(value).find(([own]) => own === key)?.[1] : undefined;
  const code = field('dtype');
  const type = typeof code === 'string' ? types.get(code) : undefined;
  if (!type) throw corrupt(source, `has a tensor “${name}” with elements of ${JSON.stringify(code)}.`);
  const shape = integers(field('shape'));
  const offsets = integers(field('data_offsets'));
  const [begin, end] = offsets ?? [];
  if (!shape || begin === undefined || end === undefined || offsets?.length !== 2 || end < begin) {
    throw corrupt(source, `has a tensor “${name}” without a shape and a range of bytes.`);
  }
  const bits = shape.reduce((product, dimension) => product * BigInt(dimension), BigInt(type[0]));
  if (bits !== BigInt(end - begin) * 8n)
    throw corrupt(
      source,
      `has a tensor “${name}” of shape [${shape}], ${bits / 8n} bytes, in a range of ${end - begin}.`,
    );
  return { name, dtype: type[1], shape, bytes: end - begin, begin };
}

function integers(value: unknown): number[] | null {
  if (!Array.isArray(value)) return null;
  const numbers = value.filter((item): item is number => Number.isSafeInteger(item) && item >= 0);
  return numbers.length === value.length ? numbers : null;
}

function checkRanges(
  source: ByteSource,
  sorted: readonly { name: string; begin: number; bytes: number }[],
  dataBytes: number,
): void {
  let at = 0;
  for (const { name, begin, bytes } of sorted) {
    if (begin !== at)
      throw corrupt(source, `has a tensor “${name}” from byte ${begin} of its data, where byte ${at} is next.`);
    at += bytes;
  }
  if (at !== dataBytes) throw corrupt(source, `has ${dataBytes} bytes of data, but its tensors take ${at}.`);
}

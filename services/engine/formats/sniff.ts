import { InputError } from '#contract/failure.ts';
import type { ByteSource } from './byte-source.ts';
import { openWith } from './byte-source.ts';
import { isPackedTar } from './gzip/is-packed-tar.ts';
import { hasImages } from './images/choose-images.ts';
import { limits } from './limits.ts';
import { npyMagic } from './npy/header.ts';
import { readEntries } from './tar/read-entries.ts';
import { isTar } from './tar/read-header.ts';
import { readDirectory } from './zip/directory.ts';
import { readEndRecord } from './zip/end-record.ts';

export type FileFormat =
  | 'pth-zip'
  | 'pth-legacy'
  | 'pth-tar'
  | 'onnx'
  | 'safetensors'
  | 'npz'
  | 'npy'
  | 'images'
  | 'unknown';

/** What a file is by its bytes; its name is not asked. */
export async function sniffFormat(path: string, name = path): Promise<FileFormat> {
  return openWith(path, name, async (source) => {
    const format = await sniffSource(source);
    await source.close();
    return format;
  });
}

const HEAD_BYTES = 4096;
const TAIL_BYTES = 65_536;

export async function sniffSource(source: ByteSource): Promise<FileFormat> {
  const head = Buffer.from((await source.read(0, Math.min(source.size, HEAD_BYTES))).buffer);
  if (startsWith(head, 'PK\x03\x04')) return sniffZip(source, head);
  if (isLegacy(head)) return 'pth-legacy';
  if (isTar(head)) return sniffTar(source);
  if (isPackedTar(head)) return 'images';
  if (startsWith(head, npyMagic)) return 'npy';
  if (isSafetensors(head, source.size)) return 'safetensors';
  if (await endsAsCheckpoint(source)) return 'pth-zip';
  return isOnnx(head, source.size) ? 'onnx' : 'unknown';
}

/** An archive of torch.save with something before it. */
async function endsAsCheckpoint(source: ByteSource): Promise<boolean> {
  const tail = await readTail(source);
  return tail.includes('PK\x05\x06') && tail.includes('/data.pkl');
}

async function readTail(source: ByteSource): Promise<string> {
  const bytes = Math.min(source.size, TAIL_BYTES);
  return Buffer.from((await source.read(source.size - bytes, bytes)).buffer).toString('latin1');
}

function startsWith(head: Buffer, text: string): boolean {
  return head.toString('latin1', 0, text.length) === text;
}

/** Names in the first local header and in the tail's directory say whose zip it is; whether they are true is the reader's to check. */
async function sniffZip(source: ByteSource, head: Buffer): Promise<FileFormat> {
  const names = head.toString('latin1', 26, 4096) + (await readTail(source));
  const found = formatByNames(names);
  if (found !== 'unknown') return found;
  const directory = await directoryNames(source);
  const format = formatByNames(directory.join('\n'));
  return format === 'unknown' && hasImages(directory) ? 'images' : format;
}

/** The records that torch.save, torch.export.save (also before torch 2.8) and numpy.savez write. */
function formatByNames(names: string): FileFormat {
  if (/\/data\.pkl|\/archive_format|serialized_state_dict\.pt|\/model\.json/.test(names)) return 'pth-zip';
  return names.includes('.npy') ? 'npz' : 'unknown';
}

/** A long directory begins before the tail. */
async function directoryNames(source: ByteSource): Promise<readonly string[]> {
  try {
    const directory = await readDirectory(source, await readEndRecord(source));
    return directory.map(({ name }) => name);
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

/** The files that torch.save wrote into a tar before 0.2; who has none of them is to be an archive of images. */
const pthFiles: ReadonlySet<string> = new Set(['sys_info', 'pickle', 'storages', 'tensors']);

async function sniffTar(source: ByteSource): Promise<FileFormat> {
  try {
    for await (const { name } of readEntries(source, limits.tarEntries)) if (pthFiles.has(name)) return 'pth-tar';
  } catch (error) {
    // What is wrong with it, its reader says.
    if (!(error instanceof InputError)) throw error;
  }
  return 'images';
}

/** The first pickle of torch's stream before 1.6: the long 0x1950a86a20f9469cfc6c (torch/serialization.py MAGIC_NUMBER), packed or as text. */
const legacyMagics = [Buffer.from('8a0a6cfc9c46f920', 'hex'), Buffer.from('L119547037146038801333356L')];

function isLegacy(head: Buffer): boolean {
  return legacyMagics.some((magic) => head.subarray(0, 40).includes(magic));
}

/** A header length, then JSON. */
function isSafetensors(head: Buffer, size: number): boolean {
  return (
    head.length >= 9 && head[8] === 0x7b && head.readBigUInt64LE(0) <= BigInt(size) && head.readBigUInt64LE(0) > 0n
  );
}

/** Field number and wire type of the members of ModelProto (onnx.proto3): varints 1 and 5, the others with a length. */
const modelFields = new Map([
  [1, 0],
  [2, 2],
  [3, 2],
  [4, 2],
  [5, 0],
  [6, 2],
  [7, 2],
  [8, 2],
  [14, 2],
  [20, 2],
  [25, 2],
  [26, 2],
]);
const GRAPH = 7;

/** Follows the top-level fields of a protobuf message until the graph is met or the head ends. */
function isOnnx(head: Buffer, size: number): boolean {
  let at = 0;
  for (let fields = 0; at < head.length; fields++) {
    const tag = varint(head, at);
    if (!tag || modelFields.get(tag.value >>> 3) !== (tag.value & 7)) return false;
    const payload = varint(head, tag.next);
    if (!payload) return fields > 0;
    at = (tag.value & 7) === 0 ? payload.next : payload.next + payload.value;
    if (at > size) return false;
    if (tag.value >>> 3 === GRAPH) return true;
  }
  return at > 0;
}

function varint(bytes: Buffer, start: number): { value: number; next: number } | null {
  let value = 0;
  for (let at = start; at < bytes.length && at < start + 10; at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (at - start));
    if (byte < 0x80) return { value, next: at + 1 };
  }
  return null;
}

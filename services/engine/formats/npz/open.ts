import { InputError } from '#contract/failure.ts';
import { type ByteSource, openWith, overLimit } from '../byte-source.ts';
import type { Dtype } from '../dtype.ts';
import { limits } from '../limits.ts';
import { type ArraySize, arraySize } from '../npy/array-size.ts';
import { type NpyHeader, readNpyHeader } from '../npy/header.ts';
import { requireFinite } from '../npy/refuse-not-finite.ts';
import { swapBytes } from '../swap-bytes.ts';
import { openZip, type ZipEntry } from '../zip/archive.ts';
import { EntryCursor } from './entry-cursor.ts';

/** The arrays of a `numpy.savez` or `numpy.savez_compressed` file, read by rows; memory holds what was asked for. */
export type Npz = {
  /** In the order of the file. */
  readonly arrays: readonly NpzArray[];
  readonly bytes: number;
  /** Rows `start` to `start + count` of the first dimension: row-major, little-endian, in an ArrayBuffer of their own. Cheap front to back. */
  readRows(name: string, start: number, count: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Reads every element of every array once; UNSUPPORTED if one is NaN or infinite. */
  requireFinite(): Promise<void>;
  close(): Promise<void>;
};

export type NpzArray = { readonly name: string; readonly dtype: Dtype; readonly shape: readonly number[] };

type Member = NpzArray & ArraySize & { readonly entry: ZipEntry; readonly header: NpyHeader };

/**
 * Opens an .npz and reads the header of each array. `name` is what the user calls the file.
 * Errors: NOT_A_DATASET, CORRUPT_FILE, LIMIT_EXCEEDED; UNSAFE_FILE for arrays of Python objects (pickles); UNSUPPORTED.
 */
export function openNpz(path: string, name: string): Promise<Npz> {
  return openWith(path, name, async (source) => {
    const members = await readMembers(source);
    // One open stream for each compressed array that is being read.
    const cursors = new Map<string, EntryCursor>();
    const readBytes = async (member: Member, at: number, length: number) => {
      const bytes =
        member.entry.method === 'stored'
          ? await source.read(member.entry.offset + member.header.bytes + at, length)
          : await readPacked(source, { member, cursors, at: member.header.bytes + at, length });
      return member.header.bigEndian ? swapBytes(bytes, member.dtype) : bytes;
    };
    return {
      arrays: [...members.values()].map((member) => ({ name: member.name, dtype: member.dtype, shape: member.shape })),
      bytes: source.size,
      async readRows(array, start, count) {
        const member = members.get(array);
        if (!member) throw new Error(`no array ${array} in ${name}`);
        if (start < 0 || count < 0 || start + count > (member.shape[0] ?? 0))
          throw new Error(`rows ${start} to ${start + count} of ${array} do not exist`);
        return readBytes(member, start * member.rowBytes, count * member.rowBytes);
      },
      async requireFinite() {
        for (const member of members.values())
          await requireFinite(name, member, (at, length) => readBytes(member, at, length));
      },
      async close() {
        for (const cursor of cursors.values()) await cursor.close();
        await source.close();
      },
    };
  });
}

type PackedRead = {
  readonly member: Member;
  readonly cursors: Map<string, EntryCursor>;
  readonly at: number;
  readonly length: number;
};

/** A compressed entry can only be read forwards: going back begins again. */
async function readPacked(
  source: ByteSource,
  { member, cursors, at, length }: PackedRead,
): Promise<Uint8Array<ArrayBuffer>> {
  let cursor = cursors.get(member.name);
  if (!cursor || cursor.position > at) {
    await cursor?.close();
    cursor = new EntryCursor(source, member.entry);
    cursors.set(member.name, cursor);
  }
  await cursor.skip(at - cursor.position);
  return cursor.read(length);
}

async function readMembers(source: ByteSource): Promise<ReadonlyMap<string, Member>> {
  await requireZip(source);
  const { entries } = await openZip(source);
  if (entries.size === 0) throw new InputError('NOT_A_DATASET', `${source.name} is a zip archive without any array.`);
  if (entries.size > limits.npzArrays)
    throw overLimit(source, `has ${entries.size} arrays; at most ${limits.npzArrays} are read.`);
  const members = new Map<string, Member>();
  for (const entry of entries.values()) {
    const member = await readMember(source, entry);
    members.set(member.name, member);
  }
  return members;
}

async function requireZip(source: ByteSource): Promise<void> {
  const head = Buffer.from(await source.read(0, Math.min(source.size, 4)));
  if (head.toString('latin1').startsWith('PK')) return;
  throw new InputError('NOT_A_DATASET', `${source.name} (${source.size} bytes) is not an .npz file.`, {
    remedy: 'Save the samples with numpy.savez(path, input=samples).',
  });
}

async function readMember(source: ByteSource, entry: ZipEntry): Promise<Member> {
  if (!entry.name.endsWith('.npy'))
    throw new InputError('NOT_A_DATASET', `${source.name} holds “${entry.name}”, which is no array (.npy).`);
  if (entry.bytes > limits.npyFreeInflation && entry.bytes > entry.compressedBytes * limits.npyInflation) {
    throw overLimit(
      source,
      `unpacks “${entry.name}” from ${entry.compressedBytes} to ${entry.bytes} bytes; more than ${limits.npyInflation} to 1 is refused.`,
    );
  }
  const cursor = new EntryCursor(source, entry);
  const header = await readNpyHeader({
    source,
    array: `“${entry.name}”`,
    read: (length) => cursor.read(length),
  }).finally(() => cursor.close());
  const name = entry.name.slice(0, -'.npy'.length);
  const { dtype, shape } = header;
  return { name, dtype, shape, entry, header, ...arraySize({ source, array: `“${name}”` }, header, entry.bytes) };
}

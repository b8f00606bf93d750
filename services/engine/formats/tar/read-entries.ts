import { InputError } from '#contract/failure.ts';
import { type ByteSource, corrupt, overLimit } from '../byte-source.ts';
import { readEntryName } from '../entry-name.ts';
import { limits } from '../limits.ts';
import { readAhead } from '../zip/read-ahead.ts';
import { longNameOf } from './long-name.ts';
import { BLOCK, readHeader, type TarHeader } from './read-header.ts';

/** Where the bytes of a file stand in the tar. */
export type TarFile = { readonly offset: number; readonly size: number };

/** What is no file, by its type flag: refused, for whoever unpacks it is led elsewhere. */
const refused: Readonly<Record<string, string>> = {
  1: 'a hard link',
  2: 'a symbolic link',
  3: 'a character device',
  4: 'a block device',
  6: 'a named pipe',
  S: 'a sparse file',
};

/**
 * The files of an uncompressed tar, front to back. Folders are passed over; nothing is unpacked.
 * Errors: UNSAFE_FILE for links and devices; CORRUPT_FILE; LIMIT_EXCEEDED for more than `most` headers.
 */
export async function* readEntries(
  source: ByteSource,
  most: number,
): AsyncGenerator<TarFile & { readonly name: string }> {
  const read = readAhead(source);
  let longName: Buffer | null = null;
  let at = 0;
  for (let headers = 0; at + BLOCK <= source.size; headers++) {
    const block = Buffer.from(await read(at, BLOCK));
    // Zeros end the archive.
    if (block.every((byte) => byte === 0)) return;
    if (headers >= most) throw overLimit(source, `has more than ${most} tar entries.`);
    const header = readHeader(source, block, at);
    const place = { offset: at + BLOCK, size: header.size };
    if (place.offset + place.size > source.size)
      throw corrupt(
        source,
        `says “${header.name}” has ${place.size} bytes from byte ${place.offset}, but ends at byte ${source.size}.`,
      );
    at = place.offset + Math.ceil(place.size / BLOCK) * BLOCK;
    const isLong = 'xgLK'.includes(header.type);
    if (isLong) {
      if (place.size > limits.tarLongHeaderBytes)
        throw overLimit(
          source,
          `has a tar header of ${place.size} bytes; at most ${limits.tarLongHeaderBytes} are read.`,
        );
      longName = longNameOf(source, header.type, Buffer.from(await source.read(place.offset, place.size))) ?? longName;
      continue;
    }
    const name = longName ?? header.name;
    longName = null;
    if (isFile(source, header, name)) yield { name: plainName(source, name), ...place };
  }
}

/** Tar of old says of a folder only that its name ends so. */
function isFile(source: ByteSource, { type }: TarHeader, name: Buffer): boolean {
  if (type === '5' || name.at(-1) === 0x2f) return false;
  if (type === '0' || type === '\0' || type === '7') return true;
  throw new InputError(
    'UNSAFE_FILE',
    `${source.name} has “${name}”, which is ${refused[type] ?? `an entry of the type ${JSON.stringify(type)}`}; only files and folders are read from a tar.`,
    { remedy: 'Pack the files themselves: tar --dereference --hard-dereference -cf …' },
  );
}

/** `tar -C folder .` writes `./` before every name. */
function plainName(source: ByteSource, name: Buffer): string {
  return readEntryName(source, 'tar', name.subarray(0, 2).toString() === './' ? name.subarray(2) : name);
}

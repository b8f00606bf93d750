import { type ByteSource, corrupt, overLimit } from '../byte-source.ts';
import { limits } from '../limits.ts';

const BLOCK = 512;
/** Type flags of a regular file (POSIX ustar); the rest are links, directories and devices. */
const regular = new Set(['0', '\0']);

/** The regular files of an uncompressed tar by name. Names are keys, nothing is unpacked; a name that stands twice refuses the archive. */
export async function openTar(source: ByteSource): Promise<ReadonlyMap<string, { offset: number; size: number }>> {
  const files = new Map<string, { offset: number; size: number }>();
  let at = 0;
  for (let entries = 0; at + BLOCK <= source.size; entries++) {
    const header = Buffer.from(await source.read(at, BLOCK));
    // Zeros end the archive.
    if (header.every((byte) => byte === 0)) break;
    if (entries >= limits.tarEntries) throw overLimit(source, `has more than ${limits.tarEntries} tar entries.`);
    const size = checkHeader(source, header, at);
    const name = textOf(header.subarray(0, 100)).replace(/^\.\//, '');
    const offset = at + BLOCK;
    if (offset + size > source.size)
      throw corrupt(source, `says “${name}” has ${size} bytes from byte ${offset}, but ends at byte ${source.size}.`);
    if (regular.has(header.toString('latin1', 156, 157))) {
      if (files.has(name)) throw corrupt(source, `has two tar entries named “${name}”.`);
      files.set(name, { offset, size });
    }
    at = offset + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** The size, once the checksum (all bytes, its own counted as blanks) has been found right. */
function checkHeader(source: ByteSource, header: Buffer, at: number): number {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  const said = octal(header.subarray(148, 156));
  const size = octal(header.subarray(124, 136));
  if (said !== sum || size === null) throw corrupt(source, `has a tar header at byte ${at} that is damaged.`);
  return size;
}

function octal(field: Buffer): number | null {
  const digits = textOf(field).trim();
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : null;
}

function textOf(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? field.length : end);
}

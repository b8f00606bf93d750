import { type ByteSource, corrupt } from '../byte-source.ts';

export const BLOCK = 512;

/** One header of POSIX ustar (pax specification, “ustar Interchange Format”). */
export type TarHeader = {
  /** '0' is a file; links, folders, devices and the headers of longer names have others. */
  readonly type: string;
  readonly size: number;
  /** The bytes of the name, with those of its folders. */
  readonly name: Buffer;
};

/** The header, once its checksum (all bytes, its own counted as blanks) has been found right. */
export function readHeader(source: ByteSource, header: Buffer, at: number): TarHeader {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  const said = octal(header.subarray(148, 156));
  const size = octal(header.subarray(124, 136));
  if (said !== sum || size === null) throw corrupt(source, `has a tar header at byte ${at} that is damaged.`);
  const name = bytesOf(header.subarray(0, 100));
  // GNU's own format (`ustar` and a blank) has other things there.
  const folder =
    header.toString('latin1', 257, 263) === 'ustar\0' ? bytesOf(header.subarray(345, 500)) : name.subarray(0, 0);
  return {
    type: header.toString('latin1', 156, 157),
    size,
    name: folder.length > 0 ? Buffer.concat([folder, Buffer.from('/'), name]) : name,
  };
}

/** Whether a file begins as a tar of this century does. */
export function isTar(head: Buffer): boolean {
  return head.length >= BLOCK && head.toString('latin1', 257, 262) === 'ustar';
}

function octal(field: Buffer): number | null {
  const digits = bytesOf(field).toString('latin1').trim();
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : null;
}

/** Up to the first zero. */
export function bytesOf(field: Buffer): Buffer {
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? field.length : end);
}

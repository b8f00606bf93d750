import { inflateRawSync } from 'node:zlib';

const centralEntry = 0x02014b50;
const endOfCentralDirectory = 0x06054b50;

/**
 * One file of a Python wheel, which is a zip. Only what wheels use: stored or deflated entries, no zip64.
 * https://pkware.cachefly.net/webdocs/APPNOTE/APPNOTE-6.3.9.TXT
 */
export function unpackFromWheel(wheel: Buffer, wanted: (name: string) => boolean): Buffer {
  const end = wheel.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || wheel.readUInt32LE(end) !== endOfCentralDirectory)
    throw new Error('The downloaded wheel is not a zip file.');
  let at = wheel.readUInt32LE(end + 16);
  for (let left = wheel.readUInt16LE(end + 10); left > 0; left--) {
    if (wheel.readUInt32LE(at) !== centralEntry)
      throw new Error(`The downloaded wheel has no directory entry at byte ${at}.`);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => wheel.readUInt16LE(at + field));
    const name = wheel.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
    if (wanted(name)) return contents(wheel, at);
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
  }
  throw new Error('The downloaded wheel does not hold the program that was looked for.');
}

function contents(wheel: Buffer, entry: number): Buffer {
  const method = wheel.readUInt16LE(entry + 10);
  const packedBytes = wheel.readUInt32LE(entry + 20);
  const header = wheel.readUInt32LE(entry + 42);
  const start = header + 30 + wheel.readUInt16LE(header + 26) + wheel.readUInt16LE(header + 28);
  const packed = wheel.subarray(start, start + packedBytes);
  if (method === 0) return packed;
  if (method === 8) return inflateRawSync(packed);
  throw new Error(`The downloaded wheel uses compression method ${method}; 0 and 8 are known.`);
}

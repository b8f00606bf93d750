import { type ByteSource, corrupt } from '../byte-source.ts';
import { bytesOf } from './read-header.ts';

/**
 * The name that a header gives to the entry after it; null if it gives none. Types: `L` of GNU is the name; `x` of
 * POSIX is records `LENGTH KEY=VALUE\n`, of which `path` is; `g` are such records for all entries, `K` is where a link leads.
 * Errors: CORRUPT_FILE, also for records that say where or how long an entry is: readers that ignore them see another one.
 */
export function longNameOf(source: ByteSource, type: string, bytes: Buffer): Buffer | null {
  if (type === 'L') return bytesOf(bytes);
  if (type === 'K') return null;
  const records = readRecords(source, bytes);
  const strange = [...records.keys()].find(
    (key) => key === 'size' || key.startsWith('GNU.sparse') || (type === 'g' && key === 'path'),
  );
  if (strange !== undefined) throw corrupt(source, `has a tar header that sets “${strange}” for what follows.`);
  return type === 'x' ? (records.get('path') ?? null) : null;
}

function readRecords(source: ByteSource, bytes: Buffer): ReadonlyMap<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString('latin1', at, Math.min(blank, at + 8)));
    const equals = bytes.indexOf(0x3d, blank);
    const end = at + length;
    if (blank < at || !Number.isInteger(length) || equals < blank || equals >= end || bytes[end - 1] !== 0x0a)
      throw corrupt(source, `has a tar header with a record at byte ${at} that is damaged.`);
    records.set(bytes.toString('utf8', blank + 1, equals), bytes.subarray(equals + 1, end - 1));
    at = end;
  }
  return records;
}

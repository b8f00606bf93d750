import { createCRC32 } from 'hash-wasm';

export type ZippedFile = { readonly path: string; readonly content: Blob };

export type ZipOptions = {
  /** Of the archive. */
  readonly name: string;
  /** `fraction` of the files that have been read. */
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal;
};

type Part = DataView<ArrayBuffer> | Uint8Array<ArrayBuffer> | Blob;

/** What the small form of a zip archive counts to. */
export const mostZippedFiles = 65_534;
export const mostZippedBytes = 0xffff_fffe;

/**
 * A zip archive of files as they are (nothing is packed): it is made of the files themselves, and memory holds one at a
 * time while its checksum is computed. The same files give the same bytes, so that an upload can be resumed.
 */
export async function zipFile(files: readonly ZippedFile[], { name, onProgress, signal }: ZipOptions): Promise<File> {
  const crc = await createCRC32();
  const parts: Part[] = [];
  const directory: Part[] = [];
  let offset = 0;
  let directoryBytes = 0;
  for (const [index, { path, content }] of files.entries()) {
    signal.throwIfAborted();
    const sum = crc
      .init()
      .update(new Uint8Array(await content.arrayBuffer()))
      .digest('binary');
    const entry = {
      name: new TextEncoder().encode(path),
      crc32: new DataView(sum.buffer).getUint32(0),
      bytes: content.size,
      offset,
    };
    const local = localHeader(entry);
    const central = centralHeader(entry);
    parts.push(local, entry.name, content);
    directory.push(central, entry.name);
    offset += local.byteLength + entry.name.length + content.size;
    directoryBytes += central.byteLength + entry.name.length;
    onProgress((index + 1) / files.length);
  }
  const end = endRecord({ entries: files.length, directoryBytes, offset });
  return new File([...parts, ...directory, end], name, { type: 'application/zip' });
}

type Entry = {
  readonly name: Uint8Array<ArrayBuffer>;
  readonly crc32: number;
  readonly bytes: number;
  /** Of its local header. */
  readonly offset: number;
};

const version = 20;
const utf8Names = 0x0800;
/** The first of January 1980, where these archives begin to count. */
const date = 0x21;

/** APPNOTE.TXT 4.3.7. */
function localHeader({ name, crc32, bytes }: Entry): DataView<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(30));
  header.setUint32(0, 0x04034b50, true);
  header.setUint16(4, version, true);
  writeFacts(header, 6, { name, crc32, bytes });
  return header;
}

/** APPNOTE.TXT 4.3.12. */
function centralHeader({ name, crc32, bytes, offset }: Entry): DataView<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(46));
  header.setUint32(0, 0x02014b50, true);
  header.setUint16(4, version, true);
  header.setUint16(6, version, true);
  writeFacts(header, 8, { name, crc32, bytes });
  header.setUint32(42, offset, true);
  return header;
}

/** The same in both: flags, method (stored), time, date, checksum, sizes, length of the name. */
function writeFacts(header: DataView, at: number, { name, crc32, bytes }: Omit<Entry, 'offset'>): void {
  header.setUint16(at, utf8Names, true);
  header.setUint16(at + 6, date, true);
  header.setUint32(at + 8, crc32, true);
  header.setUint32(at + 12, bytes, true);
  header.setUint32(at + 16, bytes, true);
  header.setUint16(at + 20, name.length, true);
}

/** APPNOTE.TXT 4.3.16. */
function endRecord({
  entries,
  directoryBytes,
  offset,
}: {
  entries: number;
  directoryBytes: number;
  offset: number;
}): DataView<ArrayBuffer> {
  const record = new DataView(new ArrayBuffer(22));
  record.setUint32(0, 0x06054b50, true);
  record.setUint16(8, entries, true);
  record.setUint16(10, entries, true);
  record.setUint32(12, directoryBytes, true);
  record.setUint32(16, offset, true);
  return record;
}

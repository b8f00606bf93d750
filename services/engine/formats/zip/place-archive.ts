import { crc32 } from 'node:zlib';
import type { Piece, PlacedFile } from '../placed-file.ts';
import type { TensorStorage } from '../pth/pickle/value.ts';
import { storageBytes } from '../storage-bytes.ts';
import {
  descriptorBytes,
  directoryHeaderBytes,
  endRecordsBytes,
  localHeaderBytes,
  writeDescriptor,
  writeDirectoryHeader,
  writeEndRecords,
  writeLocalHeader,
  type ZipPlace,
} from './write-headers.ts';

/** A record of a torch archive: bytes that are known, or a storage that somebody else will write. */
export type ZipRecord = { readonly name: string; readonly content: Uint8Array | TensorStorage };

/**
 * Lays out a stored zip byte for byte as `torch.save` does (caffe2/serialize/inline_container.cc): data aligned to
 * 64 by an extra field `FB`, sizes and checksum after the data, zip64 end record always. Of a record only its place is
 * kept until the end: there may be hundreds of thousands.
 */
export function placeArchive(records: Iterable<ZipRecord>): PlacedFile {
  const entries: Entry[] = [];
  const places = new Map<TensorStorage, number>();
  let at = 0;
  let directoryBytes = 0;
  for (const { name, content } of records) {
    const entry = { name, content, bytes: bytesOf(content), offset: at };
    const data = at + localHeaderBytes(entry);
    if (!(content instanceof Uint8Array)) places.set(content, data);
    entries.push(entry);
    at = data + entry.bytes + descriptorBytes(entry);
    directoryBytes += directoryHeaderBytes(entry);
  }
  const directory = { entries: entries.length, offset: at, bytes: directoryBytes };
  return {
    bytes: at + directoryBytes + endRecordsBytes,
    places,
    // A header stands right behind the descriptor of the record before, and is written together with it.
    fixed: [],
    finish: (checksums) => pieces(entries, { directory, checksums }),
  };
}

type Entry = ZipPlace & { readonly content: Uint8Array | TensorStorage };

type End = {
  readonly directory: { readonly entries: number; readonly offset: number; readonly bytes: number };
  readonly checksums: ReadonlyMap<TensorStorage, number>;
};

/** All that is written beside the data of storages, front to back. */
function* pieces(entries: readonly Entry[], { directory, checksums }: End): Iterable<Piece> {
  const end = Buffer.alloc(directory.bytes + endRecordsBytes);
  let endAt = 0;
  let before = Buffer.alloc(0);
  for (const place of entries) {
    const { content, offset } = place;
    const header = Buffer.allocUnsafe(before.length + localHeaderBytes(place));
    header.set(before);
    writeLocalHeader(header, before.length, place);
    yield { offset: offset - before.length, bytes: header };
    if (content instanceof Uint8Array) yield { offset: offset + localHeaderBytes(place), bytes: content };
    const crc = content instanceof Uint8Array ? crc32(content) : checksumOf(content, checksums);
    before = Buffer.allocUnsafe(descriptorBytes(place));
    writeDescriptor(before, 0, { place, crc });
    endAt = writeDirectoryHeader(end, endAt, { place, crc });
  }
  yield { offset: directory.offset - before.length, bytes: before };
  writeEndRecords(end, endAt, directory);
  yield { offset: directory.offset, bytes: end };
}

function bytesOf(content: Uint8Array | TensorStorage): number {
  return content instanceof Uint8Array ? content.length : storageBytes(content);
}

function checksumOf(storage: TensorStorage, checksums: ReadonlyMap<TensorStorage, number>): number {
  const checksum = checksums.get(storage);
  if (checksum === undefined && storage.length > 0) throw new Error('a storage was placed and never written');
  return checksum ?? 0;
}

import { crc32 } from 'node:zlib';
import { dtypes } from '../dtype.ts';
import type { Piece, PlacedFile } from '../placed-file.ts';
import type { TensorStorage } from '../pth/pickle/value.ts';
import { descriptor, directoryHeader, endRecords, localHeader, type ZipPlace } from './write-headers.ts';

/** A record of a torch archive: bytes that are known, or a storage that somebody else will write. */
export type ZipRecord = { readonly name: string; readonly content: Uint8Array | TensorStorage };

/**
 * Lays out a stored zip byte for byte as `torch.save` does (caffe2/serialize/inline_container.cc): data aligned to
 * 64 by an extra field `FB`, sizes and checksum after the data, zip64 end record always.
 */
export function placeArchive(records: Iterable<ZipRecord>): PlacedFile {
  const entries: Entry[] = [];
  let at = 0;
  for (const record of records) {
    const entry = placeRecord(record, at);
    entries.push(entry);
    at = entry.end;
  }
  const tail = endOf(entries, at, () => 0).bytes.length;
  const places = new Map<TensorStorage, number>();
  for (const { content, data } of entries) if (!(content instanceof Uint8Array)) places.set(content, data);
  return {
    bytes: at + tail,
    places,
    // A header stands right behind the descriptor of the record before, and is written together with it.
    fixed: [],
    finish(checksums) {
      const crcOf = ({ content }: Entry) => {
        if (content instanceof Uint8Array) return crc32(content);
        const checksum = checksums.get(content);
        if (checksum === undefined && content.length > 0) throw new Error('a storage was placed and never written');
        return checksum ?? 0;
      };
      return joined([...entries.flatMap((entry) => piecesOf(entry, crcOf(entry))), endOf(entries, at, crcOf)]);
    },
  };
}

type Entry = {
  readonly content: Uint8Array | TensorStorage;
  readonly place: ZipPlace;
  readonly header: Buffer;
  /** Where the data begins, and where the next record does. */
  readonly data: number;
  readonly end: number;
};

function placeRecord({ name, content }: ZipRecord, offset: number): Entry {
  const bytes = content instanceof Uint8Array ? content.length : content.length * dtypes[content.dtype].bytes;
  const place = { name: Buffer.from(name), bytes, offset };
  const header = localHeader(place);
  const data = offset + header.length;
  return { content, place, header, data, end: data + bytes + descriptor(place, 0).length };
}

/** All that is written of a record but the data of a storage. */
function piecesOf({ content, place, header, data }: Entry, crc: number): Piece[] {
  const known = content instanceof Uint8Array ? [{ offset: data, bytes: content }] : [];
  const after = { offset: data + place.bytes, bytes: descriptor(place, crc) };
  return [{ offset: place.offset, bytes: header }, ...known, after];
}

/** Pieces that follow each other without a gap are written in one go. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const runs: { offset: number; end: number; parts: Uint8Array[] }[] = [];
  for (const { offset, bytes } of pieces) {
    const last = runs.at(-1);
    if (last && last.end === offset) {
      last.parts.push(bytes);
      last.end += bytes.length;
    } else runs.push({ offset, end: offset + bytes.length, parts: [bytes] });
  }
  return runs.map(({ offset, parts }) => ({ offset, bytes: Buffer.concat(parts) }));
}

function endOf(entries: readonly Entry[], offset: number, crcOf: (entry: Entry) => number): Piece {
  const directory = Buffer.concat(entries.map((entry) => directoryHeader(entry.place, crcOf(entry))));
  return { offset, bytes: Buffer.concat([directory, endRecords(entries.length, offset, directory.length)]) };
}

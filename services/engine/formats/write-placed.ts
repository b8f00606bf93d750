import { writeSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { Piece, PlacedFile } from './placed-file.ts';
import type { TensorStorage } from './pth/pickle/value.ts';

/**
 * Creates the file, writes what is fixed, lets `fill` write the storages at their places and takes their CRC-32 from
 * it, then writes what depends on them. A file at `path` is replaced; if anything fails, nothing is left there.
 */
export async function writePlaced(
  path: string,
  placed: PlacedFile,
  fill: () => Promise<ReadonlyMap<TensorStorage, number>>,
): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.truncate(placed.bytes);
    writePieces(file, placed.fixed);
    const checksums = await fill();
    writePieces(file, placed.finish?.(checksums) ?? []);
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

/** Many small ones: each would cost more as a promise than as a call. */
function writePieces({ fd }: FileHandle, pieces: Iterable<Piece>): void {
  for (const { offset, bytes } of pieces) writeAt(fd, bytes, offset);
}

/** One write(2) carries less than 2 GiB. */
const largestWrite = 1 << 30;

/** All of `bytes` at `offset`. */
export function writeAt(fd: number, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length; ) {
    const length = Math.min(bytes.length - done, largestWrite);
    done += writeSync(fd, bytes, done, length, offset + done);
  }
}

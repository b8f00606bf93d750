import { open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { crc32 } from 'node:zlib';
import { storageBytes } from '../storage-bytes.ts';
import { writeAt, writePlaced } from '../write-placed.ts';
import type { CheckpointValue } from './checkpoint.ts';
import type { TensorStorage } from './pickle/value.ts';
import { placeCheckpoint } from './place-checkpoint.ts';

/**
 * Writes a .pth as `torch.save` lays it out, one storage at a time, so that memory holds no more than one.
 * A file at `path` is replaced; if anything fails, nothing is left there.
 */
export async function writeCheckpoint(path: string, value: CheckpointValue): Promise<void> {
  const placed = placeCheckpoint(value, basename(path, extname(path)));
  await writePlaced(path, placed, async () => {
    const file = await open(path, 'r+');
    try {
      const checksums = new Map<TensorStorage, number>();
      for (const [storage, offset] of placed.places) {
        const bytes = await bytesOf(storage);
        writeAt(file.fd, bytes, offset);
        checksums.set(storage, crc32(bytes));
      }
      return checksums;
    } finally {
      await file.close();
    }
  });
}

async function bytesOf(storage: TensorStorage): Promise<Uint8Array> {
  const bytes = await storage.bytes?.();
  const announced = storageBytes(storage);
  if (bytes?.length !== announced)
    throw new Error(`a storage has ${bytes?.length ?? 'no'} bytes, announced were ${announced}`);
  return bytes;
}

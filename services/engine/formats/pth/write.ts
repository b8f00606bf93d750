import { open, rm } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { dtypes } from '../dtype.ts';
import { writeArchive, type ZipRecord } from '../zip/write-archive.ts';
import type { CheckpointValue } from './checkpoint.ts';
import type { TensorStorage } from './pickle/value.ts';
import { writePickle } from './pickle/write.ts';

/**
 * Writes a .pth as `torch.save` lays it out, one storage at a time, so that memory holds no more than one.
 * Loads under `torch.load(weights_only=True)`, also with `mmap=True`. A file at `path` is replaced; if
 * anything fails, nothing is left there.
 */
export async function writeCheckpoint(path: string, value: CheckpointValue): Promise<void> {
  const { bytes, storages } = writePickle(value);
  const file = await open(path, 'w');
  try {
    await writeArchive(file, records(basename(path, extname(path)), bytes, storages));
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

/** In the order that `.format_version` 1 promises: torch may compute where each storage lies instead of looking it up. */
function* records(directory: string, pickle: Uint8Array, storages: readonly TensorStorage[]): Iterable<ZipRecord> {
  yield plain(`${directory}/data.pkl`, pickle);
  yield plain(`${directory}/.format_version`, Buffer.from('1'));
  yield plain(`${directory}/.storage_alignment`, Buffer.from('64'));
  yield plain(`${directory}/byteorder`, Buffer.from('little'));
  for (const [key, storage] of storages.entries()) {
    yield {
      name: `${directory}/data/${key}`,
      bytes: storage.length * dtypes[storage.dtype].bytes,
      chunks: () => storageChunks(storage),
    };
  }
  yield plain(`${directory}/version`, Buffer.from('3\n'));
}

function plain(name: string, bytes: Uint8Array): ZipRecord {
  return { name, bytes: bytes.length, chunks: () => [bytes] };
}

async function* storageChunks(storage: TensorStorage): AsyncIterable<Uint8Array> {
  yield await storage.bytes();
}

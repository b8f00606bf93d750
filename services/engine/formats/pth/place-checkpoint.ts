import type { PlacedFile } from '../placed-file.ts';
import { placeArchive, type ZipRecord } from '../zip/place-archive.ts';
import type { CheckpointValue } from './checkpoint.ts';
import type { TensorStorage } from './pickle/value.ts';
import { writePickle } from './pickle/write.ts';

/**
 * A .pth as `torch.save` lays it out. Loads under `torch.load(weights_only=True)`, also with `mmap=True`.
 * `archiveName` is the directory of its records: torch takes the file's name without its last extension.
 */
export function placeCheckpoint(value: CheckpointValue, archiveName: string): PlacedFile {
  const { bytes, storages } = writePickle(value);
  return placeArchive(records(archiveName, bytes, storages));
}

/** In the order that `.format_version` 1 promises: torch may compute where each storage lies instead of looking it up. */
function* records(directory: string, pickle: Uint8Array, storages: readonly TensorStorage[]): Iterable<ZipRecord> {
  yield { name: `${directory}/data.pkl`, content: pickle };
  yield { name: `${directory}/.format_version`, content: Buffer.from('1') };
  yield { name: `${directory}/.storage_alignment`, content: Buffer.from('64') };
  yield { name: `${directory}/byteorder`, content: Buffer.from('little') };
  for (const [key, content] of storages.entries()) yield { name: `${directory}/data/${key}`, content };
  yield { name: `${directory}/version`, content: Buffer.from('3\n') };
}

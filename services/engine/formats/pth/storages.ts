import { type ByteSource, corrupt } from '../byte-source.ts';
import type { Dtype } from '../dtype.ts';
import type { PyPersistent } from './pickle/value.ts';
import { readStorageId, type StorageId } from './storage-id.ts';

/** A block of memory that tensors look into, and where in the file it is. `dtype` is null where each tensor says its own. */
export type Storage = Extent & { readonly key: string; readonly dtype: Dtype | null };

export type Extent = { readonly offset: number; readonly bytes: number };

/** Finds every storage that the pickle refers to; one key is one storage, of one type and one length. */
export function resolveStorages(
  source: ByteSource,
  persistent: readonly PyPersistent[],
  locate: (id: StorageId) => Extent,
): ReadonlyMap<PyPersistent, Storage> {
  const byKey = new Map<string, Storage>();
  const storages = new Map<PyPersistent, Storage>();
  for (const node of persistent) {
    const id = readStorageId(source, node.id);
    const storage = byKey.get(id.key) ?? { key: id.key, dtype: id.dtype, ...locate(id) };
    if (storage.dtype !== id.dtype)
      throw corrupt(source, `reads storage ${id.key} as ${storage.dtype} and as ${id.dtype}.`);
    if (storage.bytes !== id.bytes) {
      throw corrupt(
        source,
        `says storage ${id.key} has ${id.numel} elements, ${id.bytes} bytes, but its record has ${storage.bytes}.`,
      );
    }
    byKey.set(id.key, storage);
    storages.set(node, storage);
  }
  return storages;
}

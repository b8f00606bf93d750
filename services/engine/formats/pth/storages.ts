import { type ByteSource, corrupt } from '../byte-source.ts';
import type { Dtype } from '../dtype.ts';
import type { PyPersistent } from './pickle/value.ts';
import type { StorageContents } from './storage-contents.ts';
import { keyOf, readStorageId, type StorageId } from './storage-id.ts';

/** A block of memory that tensors look into. `dtype` is null where each tensor says its own. */
export type Storage = StorageContents & {
  readonly key: string;
  readonly dtype: Dtype | null;
  /** Elements before the one that tensors count from: more than 0 for a view of a storage, as PyTorch before 0.4 knew them. */
  readonly start: number;
};

/** The storages of a file by what refers to them; a map is one. */
export type StorageTable = {
  get(node: PyPersistent): Storage | undefined;
  values(): Iterable<Storage>;
};

/** Finds every storage that the pickle refers to; one key is one storage, of one type and one length. */
export function resolveStorages(
  source: ByteSource,
  persistent: readonly PyPersistent[],
  locate: (id: StorageId) => StorageContents,
): StorageTable {
  const byKey = new Map<string, Storage>();
  const views = new Map<PyPersistent, Storage>();
  for (const node of persistent) {
    const id = readStorageId(source, node.id);
    const storage = byKey.get(id.key) ?? storageOf(id, locate(id));
    if (storage.dtype !== id.dtype)
      throw corrupt(source, `reads storage ${id.key} as ${storage.dtype} and as ${id.dtype}.`);
    if (storage.bytes !== id.bytes) {
      throw corrupt(
        source,
        `says storage ${id.key} has ${id.numel} elements, ${id.bytes} bytes, but its record has ${storage.bytes}.`,
      );
    }
    byKey.set(id.key, storage);
    if (id.view) views.set(node, viewOf(source, storage, id));
  }
  return {
    get: (node) => views.get(node) ?? byKey.get(keyOf(node.id)),
    values: () => [...byKey.values(), ...views.values()],
  };
}

/** Field by field: a spread would take half as much memory again, for every tensor. */
function storageOf({ key, dtype }: StorageId, { bytes, at, bigEndian, read }: StorageContents): Storage {
  return { bytes, at, bigEndian, read, key, dtype, start: 0 };
}

/** The part of a storage that a view shows; its elements are counted from the view's first. */
function viewOf(source: ByteSource, storage: Storage, { key, view, itemBytes }: StorageId): Storage {
  const end = view ? (view.offset + view.numel) * itemBytes : 0;
  if (!view || end > storage.bytes)
    throw corrupt(source, `has a view of storage ${key} that ends at byte ${end}; the storage has ${storage.bytes}.`);
  return { ...storage, bytes: end, start: view.offset };
}

import { InputError } from '#contract/failure.ts';
import { corrupt } from '../byte-source.ts';
import { type Dtype, dtypes } from '../dtype.ts';
import type { ZipArchive, ZipEntry } from '../zip/archive.ts';
import type { PickleValue, PyPersistent } from './pickle/value.ts';
import { storageDtypes } from './storage-classes.ts';

/** A block of memory that tensors look into: the record `data/<key>` of the archive. */
export type Storage = { readonly key: string; readonly dtype: Dtype | null; readonly entry: ZipEntry };

/**
 * Checks every storage the pickle refers to against the archive: `("storage", class, key, location, numel)`,
 * numel in elements of the class, or bytes where the class is untyped.
 */
export function readStorages(
  archive: ZipArchive,
  persistent: readonly PyPersistent[],
  directory: string,
): ReadonlyMap<PyPersistent, Storage> {
  const byKey = new Map<string, Storage>();
  const storages = new Map<PyPersistent, Storage>();
  for (const node of persistent) {
    const id = readId(archive, node.id);
    const known = byKey.get(id.key);
    if (known && known.dtype !== id.dtype)
      throw corrupt(archive.source, `reads storage ${id.key} as ${known.dtype} and as ${id.dtype}.`);
    const storage = known ?? {
      key: id.key,
      dtype: id.dtype,
      entry: findRecord(archive, `${directory}/data/${id.key}`),
    };
    const bytes = id.numel * (id.dtype ? dtypes[id.dtype].bytes : 1);
    if (storage.entry.bytes !== bytes) {
      throw corrupt(
        archive.source,
        `says storage ${id.key} has ${id.numel} elements, ${bytes} bytes, but its record has ${storage.entry.bytes}.`,
      );
    }
    byKey.set(id.key, storage);
    storages.set(node, storage);
  }
  return storages;
}

type StorageId = { readonly dtype: Dtype | null; readonly key: string; readonly numel: number };

function readId(archive: ZipArchive, id: PickleValue): StorageId {
  const items = typeof id === 'object' && id?.kind === 'tuple' ? id.items : [];
  const [what, type, key, location, numel] = items;
  if (what !== 'storage' || items.length < 5)
    throw corrupt(archive.source, 'refers to something outside its pickle that is no storage.');
  const dtype =
    typeof type === 'object' && type?.kind === 'global' && /^torch(\.cuda|\.storage)?$/.test(type.module)
      ? storageDtypes.get(type.name)
      : undefined;
  if (dtype === undefined) throw refuseClass(archive, type);
  if (typeof key !== 'string' || !/^[0-9A-Za-z_]{1,64}$/.test(key))
    throw corrupt(
      archive.source,
      `has a storage key that is not one (${typeof key === 'string' ? JSON.stringify(key.slice(0, 80)) : typeof key}).`,
    );
  if (typeof location !== 'string') throw corrupt(archive.source, `has a storage whose location is no text.`);
  if (typeof numel !== 'number' || numel < 0)
    throw corrupt(
      archive.source,
      `has a storage of ${typeof numel === 'object' ? 'no number of' : String(numel)} elements.`,
    );
  return { dtype, key, numel };
}

function refuseClass(archive: ZipArchive, type: PickleValue | undefined): InputError {
  const name = typeof type === 'object' && type?.kind === 'global' ? `${type.module}.${type.name}` : 'no class';
  return new InputError('UNSUPPORTED', `${archive.source.name} has a storage of ${name}, whose elements are not read.`);
}

function findRecord(archive: ZipArchive, name: string): ZipEntry {
  const entry = archive.entries.get(name);
  if (!entry) throw corrupt(archive.source, `refers to the record ${name}, which is not in the archive.`);
  if (entry.method !== 'stored') {
    throw new InputError(
      'UNSUPPORTED',
      `${archive.source.name} compresses its weights (${name}); torch.save stores them as they are.`,
      {
        remedy: 'Load the file in PyTorch and save it again with torch.save.',
      },
    );
  }
  return entry;
}

import { InputError } from '#contract/failure.ts';
import { type ByteSource, corrupt } from '../byte-source.ts';
import { type Dtype, dtypes } from '../dtype.ts';
import type { PickleValue } from './pickle/value.ts';
import { quantizedStorageDtypes, storageDtypes } from './storage-classes.ts';

/** `("storage", class, key, location, numel[, view])`: numel in elements of the class, or in bytes where the class is untyped. */
export type StorageId = {
  readonly key: string;
  readonly dtype: Dtype | null;
  readonly numel: number;
  readonly itemBytes: number;
  readonly bytes: number;
  /** In elements; null for a whole storage. */
  readonly view: { readonly offset: number; readonly numel: number } | null;
};

export function readStorageId(source: ByteSource, id: PickleValue): StorageId {
  const items = typeof id === 'object' && id?.kind === 'tuple' ? id.items : [];
  const [what, type, key, location, numel, view = null] = items;
  if (what !== 'storage' || items.length < 5) {
    throw corrupt(source, 'refers to something outside its pickle that is no storage.');
  }
  const dtype = readClass(source, type ?? null);
  if (typeof key !== 'string' || !/^[0-9A-Za-z_]{1,64}$/.test(key)) {
    const shown = typeof key === 'string' ? JSON.stringify(key.slice(0, 80)) : typeof key;
    throw corrupt(source, `has a storage key that is not one (${shown}).`);
  }
  if (typeof location !== 'string') throw corrupt(source, 'has a storage whose location is no text.');
  if (typeof numel !== 'number' || numel < 0) {
    throw corrupt(source, `has a storage of ${typeof numel === 'object' ? 'no number of' : String(numel)} elements.`);
  }
  const itemBytes = dtype ? dtypes[dtype].bytes : 1;
  return { key, dtype, numel, itemBytes, bytes: numel * itemBytes, view: readView(source, view) };
}

/** The key of an id that has been read before. */
export function keyOf(id: PickleValue): string {
  const key = typeof id === 'object' && id?.kind === 'tuple' ? id.items[2] : undefined;
  return typeof key === 'string' ? key : '';
}

/** `(key of the view, offset, size)`, as PyTorch before 0.4 wrote them. */
function readView(source: ByteSource, view: PickleValue): StorageId['view'] {
  if (view === null) return null;
  const [, offset, numel] = typeof view === 'object' && view.kind === 'tuple' ? view.items : [];
  if (typeof offset !== 'number' || typeof numel !== 'number' || offset < 0 || numel < 0)
    throw corrupt(source, 'has a view of a storage that does not say which part it shows.');
  return { offset, numel };
}

function readClass(source: ByteSource, type: PickleValue): Dtype | null {
  const named = typeof type === 'object' && type?.kind === 'global' ? type : null;
  if (named && /^torch(\.cuda|\.storage)?$/.test(named.module)) {
    const dtype = storageDtypes.get(named.name) ?? quantizedStorageDtypes.get(named.name);
    if (dtype !== undefined) return dtype;
    if (storageDtypes.has(named.name)) return null;
  }
  const shown = named ? `${named.module}.${named.name}` : 'no class';
  throw new InputError('UNSUPPORTED', `${source.name} has a storage of ${shown}, whose elements are not read.`);
}

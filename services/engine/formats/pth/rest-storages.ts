import { InputError } from '#contract/failure.ts';
import { type Dtype, dtypes } from '../dtype.ts';
import { swapBytes } from '../swap-bytes.ts';
import type { FileExtent, PickledRest } from './checkpoint.ts';
import { global } from './pickle/build.ts';
import type { PyPersistent, PyStorage, TensorStorage } from './pickle/value.ts';
import { quantizedStorageDtypes, storageDtypes } from './storage-classes.ts';
import type { Storage } from './storages.ts';

type Copy = { readonly storage: TensorStorage; readonly extent: FileExtent | null };

/** The storages of a checkpoint as they go into another, each once, in the order they are asked for. */
export function restStorages({ storages, path }: PickledRest) {
  const whole = wholeStorages(storages.values());
  const made = new Map<string, { readonly node: PyStorage; readonly copy: Copy }>();
  return {
    of(node: PyPersistent): PyStorage {
      const key = storages.get(node)?.key ?? '';
      const source = whole.get(key);
      if (!source) throw new Error(`storage ${key} is of another checkpoint`);
      const known = made.get(key) ?? make(node, source, path);
      made.set(key, known);
      return known.node;
    },
    used: () => [...made.values()].map(({ copy }) => copy),
  };
}

/** Views of a storage end before it does. */
function wholeStorages(storages: Iterable<Storage>): ReadonlyMap<string, Storage> {
  const whole = new Map<string, Storage>();
  for (const storage of storages) {
    if (storage.bytes >= (whole.get(storage.key)?.bytes ?? 0)) whole.set(storage.key, storage);
  }
  return whole;
}

function make(node: PyPersistent, source: Storage, path: string): { node: PyStorage; copy: Copy } {
  const dtype = source.dtype ?? 'uint8';
  if (source.bigEndian && source.dtype === null)
    throw new InputError(
      'UNSUPPORTED',
      'What stands beside the weights of a big-endian checkpoint has elements of unknown type and cannot be kept.',
      {
        remedy: 'Set rest_of_checkpoint to drop.',
      },
    );
  const swapped = source.bigEndian && dtypes[dtype].bytes > 1;
  const storage: TensorStorage = {
    dtype,
    length: source.bytes / dtypes[dtype].bytes,
    async bytes() {
      const bytes = await source.read(0, source.bytes);
      return swapped ? swapBytes(bytes, dtype) : bytes;
    },
  };
  const extent = source.at === null || swapped ? null : { path, offset: source.at, bytes: source.bytes };
  return { node: { kind: 'storage', class: classOf(node, source.dtype), storage }, copy: { storage, extent } };
}

/** The class as the file names it, without the device that it was on. */
function classOf({ id }: PyPersistent, dtype: Dtype | null) {
  const named = typeof id === 'object' && id?.kind === 'tuple' ? id.items[1] : null;
  const name = typeof named === 'object' && named?.kind === 'global' ? named.name : '';
  if (dtype === null) return global('torch.storage', 'UntypedStorage');
  if (!storageDtypes.has(name) && !quantizedStorageDtypes.has(name)) throw new Error(`no storage class ${name}`);
  return global('torch', name);
}

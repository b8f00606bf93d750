import { type ByteSource, corrupt, overLimit, windowOf } from '../byte-source.ts';
import { limits } from '../limits.ts';
import { openTar } from '../tar/open-tar.ts';
import type { PthContents } from './contents.ts';
import { call, global, tuple } from './pickle/build.ts';
import { readPickle } from './pickle/read.ts';
import type { PickleValue, PyPersistent } from './pickle/value.ts';
import { storedContents } from './storage-contents.ts';
import { readStorageId } from './storage-id.ts';
import type { Storage } from './storages.ts';

/**
 * What torch.save wrote before 0.2 (torch/serialization.py `legacy_load`): a tar of `storages`, `tensors` and
 * `pickle`. The pickle names tensors by number, those name storages by number.
 */
export async function readTarContents(source: ByteSource): Promise<PthContents> {
  const files = await openTar(source, limits.tarEntries);
  const file = (name: string): ByteSource => {
    const found = files.get(name);
    if (!found) throw corrupt(source, `is a tar archive without “${name}”: it was not written by torch.save.`);
    return windowOf(source, { name: `${source.name} (${name})`, ...found });
  };
  const storages = await readStorages(file('storages'));
  const tensors = await readTensors(file('tensors'), storages);
  const pickle = file('pickle');
  const { root, unknownGlobals } = readPickle(await readWhole(pickle), source.name, (id) => {
    // A class may be wrapped with its source, as in later files.
    const key = keyOf(typeof id === 'object' && id?.kind === 'tuple' ? (id.items[0] ?? null) : id);
    const tensor = key === null ? undefined : tensors.get(key);
    if (!tensor) throw corrupt(source, `refers to a tensor ${String(key)}, which is not in the archive.`);
    return tensor;
  });
  const byNode = new Map([...storages.values()].map(({ node, storage }) => [node, storage]));
  return { container: 'tar', root, unknownGlobals, storages: byNode, scripts: null };
}

type Held = { readonly node: PyPersistent; readonly storage: Storage; readonly itemBytes: number };

/** A count, then for each a pickle `(key, location, class)`, its number of elements and the elements; at last the views. */
async function readStorages(file: ByteSource): Promise<ReadonlyMap<string, Held>> {
  const reader = readerOf(file);
  const storages = new Map<string, Held>();
  const stored = storedContents(file);
  for (let left = await reader.count(); left > 0; left--) {
    const [key = null, location = null, type = null] = await reader.tuple();
    const numel = Number(await reader.int64());
    const name = keyOf(key) ?? '';
    const node: PyPersistent = { kind: 'persistent', id: tuple('storage', type, name, location, numel) };
    const { dtype, itemBytes, bytes } = readStorageId(file, node.id);
    if (dtype === null) throw corrupt(file, `has a storage ${name} without an element type.`);
    const contents = stored({ offset: reader.at, bytes, bigEndian: false });
    reader.skip(bytes);
    storages.set(name, { node, storage: { ...contents, key: name, dtype, start: 0 }, itemBytes });
  }
  for (const view of await reader.list()) addView(file, storages, view);
  return storages;
}

/** `(key, key of the root, offset, numel)`: a part of another storage. */
function addView(file: ByteSource, storages: Map<string, Held>, view: PickleValue): void {
  const [key = null, rootKey = null, offset, numel] =
    typeof view === 'object' && view?.kind === 'tuple' ? view.items : [];
  const root = storages.get(keyOf(rootKey) ?? '');
  if (!root || typeof offset !== 'number' || typeof numel !== 'number' || offset < 0 || numel < 0)
    throw corrupt(file, 'has a view of a storage that is not in the archive.');
  const end = (offset + numel) * root.itemBytes;
  if (end > root.storage.bytes)
    throw corrupt(file, `has a view that ends at byte ${end} of a storage of ${root.storage.bytes}.`);
  const node: PyPersistent = { kind: 'persistent', id: root.node.id };
  storages.set(keyOf(key) ?? '', { ...root, node, storage: { ...root.storage, bytes: end, start: offset } });
}

/** A count, then for each a pickle `(key, storage, class)`, the rank in 8 bytes, sizes, strides and offset as int64. */
async function readTensors(
  file: ByteSource,
  storages: ReadonlyMap<string, Held>,
): Promise<ReadonlyMap<string, PickleValue>> {
  const reader = readerOf(file);
  const tensors = new Map<string, PickleValue>();
  for (let left = await reader.count(); left > 0; left--) {
    const [key = null, storageKey = null] = await reader.tuple();
    const held = storages.get(keyOf(storageKey) ?? '');
    if (!held) throw corrupt(file, `has a tensor of storage ${keyOf(storageKey)}, which is not in the archive.`);
    // The upper half of the rank was never cleared.
    const rank = Number((await reader.int64()) & 0xffffffffn);
    if (rank > limits.tensorRank) throw corrupt(file, `has a tensor of ${rank} dimensions.`);
    const size = tuple(...(await reader.integers(rank)));
    const stride = tuple(...(await reader.integers(rank)));
    const [offset = 0] = await reader.integers(1);
    tensors.set(keyOf(key) ?? '', call(global('torch._utils', '_rebuild_tensor'), held.node, offset, size, stride));
  }
  return tensors;
}

/** Keys were C pointers, as numbers or as text. */
function keyOf(value: PickleValue): string | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : null;
}

const PICKLE_AHEAD = 4096;

/** Reads pickles and numbers that stand one behind the other. */
function readerOf(file: ByteSource) {
  let at = 0;
  const pickle = async (most: number): Promise<PickleValue> => {
    const { root, length } = readPickle(await file.read(at, Math.min(most, file.size - at)), file.name);
    at += length;
    return root;
  };
  const integers = async (count: number): Promise<bigint[]> => {
    const view = new DataView((await file.read(at, 8 * count)).buffer);
    at += 8 * count;
    return Array.from({ length: count }, (_, index) => view.getBigInt64(8 * index, true));
  };
  return {
    get at() {
      return at;
    },
    skip(bytes: number) {
      at += bytes;
      if (at > file.size) throw corrupt(file, `ends at byte ${file.size}, but a storage ends at byte ${at}.`);
    },
    async count(): Promise<number> {
      const count = await pickle(PICKLE_AHEAD);
      if (typeof count !== 'number' || count < 0) throw corrupt(file, 'does not begin with a count.');
      if (count > limits.tarObjects)
        throw overLimit(file, `claims ${count} objects; at most ${limits.tarObjects} are read.`);
      return count;
    },
    async tuple(): Promise<readonly PickleValue[]> {
      const value = await pickle(PICKLE_AHEAD);
      return typeof value === 'object' && value?.kind === 'tuple' ? value.items : [];
    },
    async list(): Promise<readonly PickleValue[]> {
      const value = await pickle(limits.pickleBytes);
      return typeof value === 'object' && value?.kind === 'list' ? value.items : [];
    },
    int64: async () => (await integers(1))[0] ?? 0n,
    async integers(count: number): Promise<number[]> {
      return (await integers(count)).map(Number);
    },
  };
}

async function readWhole(file: ByteSource): Promise<Uint8Array> {
  if (file.size > limits.pickleBytes)
    throw overLimit(file, `has ${file.size} bytes; at most ${limits.pickleBytes} are read.`);
  return file.read(0, file.size);
}

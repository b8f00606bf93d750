import { InputError } from '#contract/failure.ts';
import { type ByteSource, corrupt } from '../byte-source.ts';
import { dtypes } from '../dtype.ts';
import { limits } from '../limits.ts';
import { itemsOf, lookUp } from './containers.ts';
import type { PthContents } from './contents.ts';
import { readPickle, type Unpickled } from './pickle/read.ts';
import type { PickleValue } from './pickle/value.ts';
import { type StorageContents, storedContents } from './storage-contents.ts';
import { readStorageId, type StorageId } from './storage-id.ts';
import { resolveStorages } from './storages.ts';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/**
 * What torch.save wrote before 1.6 (torch/serialization.py `_legacy_save`): five pickles back to back (magic number,
 * protocol, system, object, storage keys), then for each key its number of elements and the elements.
 */
export async function readLegacyContents(source: ByteSource): Promise<PthContents> {
  const head = await source.read(0, Math.min(source.size, limits.pickleBytes));
  let at = 0;
  const next = (): Unpickled => {
    const unpickled = readPickle(head.subarray(at), source.name);
    at += unpickled.length;
    return unpickled;
  };
  if (next().root !== MAGIC) throw corrupt(source, 'does not begin with the magic number of a legacy checkpoint.');
  const protocol = next().root;
  if (protocol !== PROTOCOL)
    throw new InputError(
      'UNSUPPORTED',
      `${source.name} has the legacy protocol ${String(protocol)}; ${PROTOCOL} is known.`,
    );
  checkSystem(source, next().root);
  const { root, unknownGlobals, persistent } = next();
  const keys = readKeys(source, next().root);
  const ids = new Map(persistent.map(({ id }) => readStorageId(source, id)).map((id) => [id.key, id]));
  const extents = await locateStorages(source, { keys, ids, start: at });
  const storages = resolveStorages(source, persistent, ({ key }) => {
    const extent = extents.get(key);
    if (!extent) throw corrupt(source, `refers to storage ${key}, which is not in its list of storages.`);
    return extent;
  });
  return { container: 'legacy', root, unknownGlobals, storages, scripts: null };
}

function checkSystem(source: ByteSource, system: PickleValue): void {
  if (lookUp(system, 'little_endian') === true) return;
  throw new InputError('UNSUPPORTED', `${source.name} is a legacy checkpoint of a machine that is not little-endian.`, {
    remedy: 'Load it there in a current PyTorch and save it again with torch.save.',
  });
}

function readKeys(source: ByteSource, list: PickleValue): readonly string[] {
  const items = typeof list === 'object' && list?.kind === 'list' ? itemsOf(list) : null;
  const keys = (items ?? []).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  if (!items || keys.length !== items.length || new Set(keys).size !== keys.length) {
    throw corrupt(source, 'has a list of storages that is none, or names one twice.');
  }
  return keys;
}

type Layout = {
  readonly keys: readonly string[];
  readonly ids: ReadonlyMap<string, StorageId>;
  readonly start: number;
};

/** The storages follow one another in the order of the keys, each after its number of elements. */
async function locateStorages(
  source: ByteSource,
  { keys, ids, start }: Layout,
): Promise<ReadonlyMap<string, StorageContents>> {
  const extents = new Map<string, StorageContents>();
  const stored = storedContents(source);
  let at = start;
  for (const key of keys) {
    const id = ids.get(key);
    if (!id) throw corrupt(source, `lists a storage ${key} that nothing refers to.`);
    const count = new DataView((await source.read(at, 8)).buffer).getBigInt64(0, true);
    const bytes = count * BigInt(id.dtype ? dtypes[id.dtype].bytes : 1);
    if (count < 0n || bytes > BigInt(source.size - at - 8)) {
      throw corrupt(
        source,
        `says storage ${key} has ${count} elements, ${bytes} bytes, at byte ${at}, but ends at byte ${source.size}.`,
      );
    }
    extents.set(key, stored({ offset: at + 8, bytes: Number(bytes), bigEndian: false }));
    at += 8 + Number(bytes);
  }
  if (at !== source.size) throw corrupt(source, `has ${source.size - at} bytes after its last storage.`);
  return extents;
}

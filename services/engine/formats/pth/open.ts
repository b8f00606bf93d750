import { InputError } from '#contract/failure.ts';
import { type ByteSource, corrupt, openWith, overLimit } from '../byte-source.ts';
import { limits } from '../limits.ts';
import { openZip, type ZipArchive } from '../zip/archive.ts';
import { readEntry } from '../zip/read-entry.ts';
import type { Checkpoint } from './checkpoint.ts';
import { collectTensors } from './collect-tensors.ts';
import { isDictionary, itemsOf, lookUp } from './containers.ts';
import { locateWeights } from './locate-weights.ts';
import { readPickle } from './pickle/read.ts';
import type { PickleValue } from './pickle/value.ts';
import { readTensor } from './read-tensor.ts';
import { requirePthZip } from './require-zip.ts';
import { readStorages } from './storages.ts';

/**
 * Opens a .pth without running anything in it: reads the directory and the pickle, checks every tensor of the
 * state dict against its storage, and leaves the elements on disk until `read`. The caller closes it.
 * `name` is what the user calls the file. Errors are `InputError`s.
 */
export function openCheckpoint(path: string, name: string): Promise<Checkpoint> {
  return openWith(path, name, async (source) => {
    await requirePthZip(source);
    return readCheckpoint(source, await openZip(source));
  });
}

async function readCheckpoint(source: ByteSource, archive: ZipArchive): Promise<Checkpoint> {
  const directory = findDirectory(archive);
  await checkVersion(archive, directory);
  const bigEndian = (await readText(archive, `${directory}/byteorder`, /^(little|big)$/)) === 'big';
  const pickle = await readMainPickle(archive, directory);
  const { root, unknownGlobals, persistent } = readPickle(pickle, source.name);
  const storages = readStorages(archive, persistent, directory);
  const located = locateWeights(root) ?? emptyStateDict(source, root);
  const { tensors, classes, quantized } = collectTensors(located.value, storages);
  const byKey = new Map([...storages.values()].map((storage) => [storage.key, storage]));
  return {
    container: 'zip',
    producer: producerOf(root),
    wrapper: located.wrapper,
    tensors,
    modules: moduleVersions(located.value),
    classes,
    quantized,
    unknownGlobals,
    bytes: source.size,
    read(tensor) {
      const storage = byKey.get(tensor.storageKey);
      if (!storage) throw new Error(`tensor ${tensor.name} is of another checkpoint`);
      return readTensor(tensor, { source, storage, bigEndian });
    },
    close: () => source.close(),
  };
}

/** The one directory that all records are in; torch takes its name from the first record. */
function findDirectory({ source, entries }: ZipArchive): string {
  const tops = new Set([...entries.keys()].map((name) => (name.includes('/') ? name.slice(0, name.indexOf('/')) : '')));
  const [top] = tops;
  if (tops.size !== 1 || !top)
    throw corrupt(source, `has records in ${tops.size} places of its archive; torch.save puts all in one directory.`);
  if (entries.has(`${top}/constants.pkl`))
    throw notPlain(source, 'a TorchScript archive', 'torch.save(module.state_dict(), path)');
  if (entries.has(`${top}/archive_format`))
    throw notPlain(source, 'an archive of torch.export (.pt2)', 'torch.save(program.state_dict, path)');
  if (!entries.has(`${top}/data.pkl`))
    throw new InputError(
      'NOT_A_MODEL',
      `${source.name} is a zip archive without ${top}/data.pkl: it was not written by torch.save.`,
    );
  return top;
}

function notPlain(source: ByteSource, what: string, remedy: string): InputError {
  return new InputError('UNSUPPORTED', `${source.name} is ${what}, not a checkpoint of torch.save.`, {
    remedy: `Save its weights with ${remedy}.`,
  });
}

async function checkVersion(archive: ZipArchive, directory: string): Promise<void> {
  const record = ['version', '.data/version']
    .map((name) => `${directory}/${name}`)
    .find((name) => archive.entries.has(name));
  const version = record ? await readText(archive, record, /^\d{1,4}\n?$/) : null;
  if (version !== null && (Number(version) < 1 || Number(version) > 10)) {
    throw new InputError(
      'UNSUPPORTED',
      `${archive.source.name} has the format version ${version.trim()}; versions 1 to 10 are known.`,
    );
  }
}

async function readText(archive: ZipArchive, name: string, pattern: RegExp): Promise<string | null> {
  const entry = archive.entries.get(name);
  if (!entry) return null;
  const text = entry.bytes > 16 ? '' : Buffer.from(await readEntry(archive.source, entry, 16)).toString('latin1');
  if (!pattern.test(text))
    throw corrupt(archive.source, `has a record ${name} of ${entry.bytes} bytes that does not say what it should.`);
  return text;
}

function readMainPickle({ source, entries }: ZipArchive, directory: string): Promise<Uint8Array> {
  const entry = entries.get(`${directory}/data.pkl`);
  if (!entry) throw new Error('looked for before');
  if (entry.method === 'stored') return readEntry(source, entry, limits.pickleBytes);
  if (entry.bytes > limits.pickleFreeInflation && entry.bytes > entry.compressedBytes * limits.pickleInflation) {
    throw overLimit(
      source,
      `unpacks its pickle from ${entry.compressedBytes} to ${entry.bytes} bytes; more than ${limits.pickleInflation} to 1 is refused.`,
    );
  }
  return readEntry(source, entry, limits.pickleInflatedBytes);
}

const kinds: Readonly<Record<string, string>> = {
  list: 'a list',
  tuple: 'a tuple',
  float: 'a number',
  global: 'the name of a class',
};

/** A dictionary without tensors is an empty checkpoint; anything else without tensors is no model. */
function emptyStateDict(source: ByteSource, root: PickleValue) {
  if (isDictionary(root)) return { wrapper: [], value: root };
  const what = typeof root === 'object' && root !== null ? (kinds[root.kind] ?? 'an object') : 'a plain value';
  throw new InputError('NOT_A_MODEL', `${source.name} holds ${what} without any tensor, not a model.`, {
    remedy: 'Save the weights with torch.save(model.state_dict(), path).',
  });
}

/** PyTorch leaves no version in a file; Lightning does. */
function producerOf(root: PickleValue): string | null {
  const lightning = lookUp(root, 'pytorch-lightning_version');
  return typeof lightning === 'string' ? `pytorch-lightning ${lightning}` : null;
}

/** `_metadata` is an attribute of the state dict: module path to `{'version': …}`. */
function moduleVersions(stateDict: PickleValue): ReadonlyMap<string, number> {
  const state = typeof stateDict === 'object' && stateDict?.kind === 'call' ? stateDict.state : undefined;
  const versions = new Map<string, number>();
  for (const { key, value } of itemsOf(lookUp(state, '_metadata') ?? null) ?? []) {
    const version = lookUp(value, 'version');
    if (typeof key === 'string' && typeof version === 'number') versions.set(key, version);
  }
  return versions;
}

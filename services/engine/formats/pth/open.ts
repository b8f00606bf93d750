import { InputError } from '#contract/failure.ts';
import { type ByteSource, openWith } from '../byte-source.ts';
import type { Checkpoint, CheckpointTensor } from './checkpoint.ts';
import { collectTensors } from './collect-tensors.ts';
import { isDictionary, itemsOf, lookUp } from './containers.ts';
import type { PthContents } from './contents.ts';
import { readLegacyContents } from './legacy-contents.ts';
import { locateWeights } from './locate-weights.ts';
import type { PickleValue } from './pickle/value.ts';
import { locateTensor, readTensor } from './read-tensor.ts';
import { requireContainer } from './require-container.ts';
import { readZipContents } from './zip-contents.ts';

/**
 * Opens a .pth without running anything in it: reads the directory and the pickle, checks every tensor of the
 * state dict against its storage, and leaves the elements on disk until `read`. The caller closes it.
 * `name` is what the user calls the file. Errors are `InputError`s.
 */
export function openCheckpoint(path: string, name: string): Promise<Checkpoint> {
  return openWith(path, name, async (source) => {
    const container = await requireContainer(source);
    return toCheckpoint(source, await readers[container](source));
  });
}

const readers = { zip: readZipContents, legacy: readLegacyContents } as const;

function toCheckpoint(
  source: ByteSource,
  { container, root, unknownGlobals, storages, bigEndian }: PthContents,
): Checkpoint {
  const located = locateWeights(root) ?? emptyStateDict(source, root);
  const { tensors, classes, quantized } = collectTensors(located.value, storages);
  const byKey = new Map([...storages.values()].map((storage) => [storage.key, storage]));
  const storageOf = (tensor: CheckpointTensor) => {
    const storage = byKey.get(tensor.storageKey);
    if (!storage) throw new Error(`tensor ${tensor.name} is of another checkpoint`);
    return storage;
  };
  return {
    container,
    producer: producerOf(root),
    wrapper: located.wrapper,
    tensors,
    modules: moduleVersions(located.value),
    classes,
    quantized,
    unknownGlobals,
    bytes: source.size,
    read: (tensor) => readTensor(tensor, { source, storage: storageOf(tensor), bigEndian }),
    locate(tensor) {
      const extent = locateTensor(tensor, { storage: storageOf(tensor), bigEndian });
      return extent && { path: source.path, ...extent };
    },
    close: () => source.close(),
  };
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

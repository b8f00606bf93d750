import { InputError } from '#contract/failure.ts';
import type { ByteSource } from '../byte-source.ts';
import { besideWeights } from './beside-weights.ts';
import type { Checkpoint, CheckpointTensor } from './checkpoint.ts';
import { type Collected, collectTensors } from './collect-tensors.ts';
import { isDictionary, itemsOf, lookUp } from './containers.ts';
import type { PthContents } from './contents.ts';
import { type Located, locateWeights } from './locate-weights.ts';
import type { PickleValue } from './pickle/value.ts';
import { locateTensor, readTensor } from './read-tensor.ts';
import { restOf } from './rest-of.ts';
import { wrapperPrefix } from './wrapper-prefix.ts';

/** The checkpoint that a container's pickle and storages make. */
export function checkpointOf(source: ByteSource, contents: PthContents): Checkpoint {
  const { container, root, unknownGlobals } = contents;
  const located = container === 'torchscript' ? wholeRoot(root) : (locateWeights(root) ?? emptyStateDict(source, root));
  const collected = collectTensors(located.value, { ...contents, file: source.name });
  const tensors = [...collected.tensors.values()];
  if (container === 'torchscript' && tensors.length === 0) throw frozen(source);
  const modules = moduleVersions(located.value);
  return {
    container,
    producer: producerOf(root),
    wrapper: located.wrapper,
    prefix: wrapperPrefix(tensors),
    tensors,
    modules,
    classes: collected.classes,
    linearLike: collected.linearLike,
    quantized: collected.quantized,
    composed: collected.composed,
    unknownGlobals,
    notes: notesOf(container, located, collected),
    bytes: source.size,
    beside: besideWeights(
      contents,
      located,
      tensors.flatMap((tensor) => collected.storageOf.get(tensor) ?? []),
    ),
    rest: container === 'torchscript' ? null : restOf(source, contents, located.value),
    ...accessTo(source, collected.storageOf),
  };
}

/** Reads and locates tensors by the storages they were found with. */
export function accessTo(source: ByteSource, storages: Collected['storageOf']) {
  const storageOf = (tensor: CheckpointTensor) => {
    const storage = storages.get(tensor);
    if (!storage) throw new Error(`tensor ${tensor.name} is of another checkpoint`);
    return storage;
  };
  return {
    read: (tensor: CheckpointTensor) => readTensor(tensor, storageOf(tensor)),
    locate(tensor: CheckpointTensor) {
      const extent = locateTensor(tensor, storageOf(tensor));
      return extent && { path: source.path, ...extent };
    },
    close: () => source.close(),
  };
}

function wholeRoot(root: PickleValue): Located {
  return { wrapper: [], value: root, others: [] };
}

function frozen({ name }: ByteSource): InputError {
  return new InputError(
    'UNSUPPORTED',
    `${name} is a TorchScript archive without parameters: a frozen one keeps its weights as constants of its code, without names.`,
    {
      remedy: 'Give the archive from before torch.jit.freeze, or the state dict.',
    },
  );
}

function notesOf(
  container: PthContents['container'],
  { wrapper, others }: Located,
  collected: Collected,
): readonly string[] {
  const notes: string[] = [];
  if (container === 'torchscript')
    notes.push('The file is a TorchScript archive; its weights were read, its code was not.');
  if (others.length > 0) {
    const also = others
      .slice(0, 8)
      .map((name) => `“${name}”`)
      .join(', ');
    notes.push(`The weights are those under “${wrapper.join('.')}”; there are also tensors under ${also}.`);
  }
  if (collected.arrays > 0) notes.push(`${collected.arrays} of its tensors are NumPy arrays.`);
  return notes;
}

const kinds: Readonly<Record<string, string>> = {
  list: 'a list',
  tuple: 'a tuple',
  float: 'a number',
  global: 'the name of a class',
};

/** A dictionary without tensors is an empty checkpoint; anything else without tensors is no model. */
function emptyStateDict(source: ByteSource, root: PickleValue): Located {
  if (isDictionary(root)) return wholeRoot(root);
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

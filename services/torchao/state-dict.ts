import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import type { PickleValue, PyCall, TensorStorage } from '#engine/formats/pth/pickle/value.ts';

type Parts = {
  readonly checkpoint: Checkpoint;
  /** What names lose in front: '' or `model.`. */
  readonly prefix: string;
  /** The value that takes a tensor's place; null leaves it as it is. */
  replace(tensor: CheckpointTensor): PickleValue | null;
  /** Reads a tensor that stays; called when the writer reaches it. */
  read(tensor: CheckpointTensor): Promise<Uint8Array>;
};

/** The state dict as `torch.save(model.state_dict())` pickles it: an OrderedDict in the checkpoint's order, with `_metadata`. */
export function stateDict({ checkpoint, prefix, replace, read }: Parts): PickleValue {
  const storages = new Map<string, TensorStorage>();
  const keep = (tensor: CheckpointTensor): PickleValue => {
    const key = viewKey(tensor);
    const length = tensor.shape.reduce((product, size) => product * size, 1);
    const storage = storages.get(key) ?? { dtype: tensor.dtype, length, bytes: () => read(tensor) };
    storages.set(key, storage);
    return { kind: 'tensor', shape: tensor.shape, storage };
  };
  const entries = checkpoint.tensors.map(
    (tensor) => [tensor.name.slice(prefix.length), replace(tensor) ?? keep(tensor)] as const,
  );
  const metadata = [...checkpoint.modules].flatMap(([path, version]) => {
    const name = withoutPrefix(path, prefix);
    return name === null ? [] : ([[name, { kind: 'dict', entries: [['version', version]] }]] as const);
  });
  return orderedDict(
    entries,
    metadata.length > 0 ? { kind: 'dict', entries: [['_metadata', orderedDict(metadata)]] } : null,
  );
}

/** Tensors that show the same elements in the same order share a storage in the result as well. */
function viewKey({ storageKey, storageOffset, shape, strides, dtype }: CheckpointTensor): string {
  return [storageKey, dtype, storageOffset, shape.join(), strides.join()].join('|');
}

/** `model.` in front of `model.fc` gives `fc`, of `model` gives the root; other modules are outside the network. */
function withoutPrefix(path: string, prefix: string): string | null {
  if (prefix === '') return path;
  if (`${path}.` === prefix) return '';
  return path.startsWith(prefix) ? path.slice(prefix.length) : null;
}

function orderedDict(entries: PyCall['entries'], state: PickleValue = null): PyCall {
  return {
    kind: 'call',
    callee: { kind: 'global', module: 'collections', name: 'OrderedDict' },
    args: [],
    ...(entries ? { entries } : {}),
    ...(state === null ? {} : { state }),
  };
}

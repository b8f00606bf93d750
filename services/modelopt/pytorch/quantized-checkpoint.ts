import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import type { PickleValue, PyDict, PyTensor, TensorStorage } from '#engine/formats/pth/pickle/value.ts';
import { modeloptState } from './modelopt-state.ts';
import { type Amax, type Quantizer, quantizerName } from './quantizer.ts';

export type QuantizedCheckpoint = {
  readonly checkpoint: Checkpoint;
  /** Left off the names: the network that the companion was exported from is the one that is restored. */
  readonly prefix: string;
  readonly quantizers: readonly Quantizer[];
  /** By quantizer name; enabled quantizers that saw no data have none. */
  readonly amaxOf: ReadonlyMap<string, Amax>;
};

/**
 * What `mto.save` writes: `modelopt_state`, and a `model_state_dict` with every tensor of the checkpoint as it
 * was plus an `_amax` for each calibrated quantizer behind its module's tensors.
 */
export function quantizedCheckpoint({ checkpoint, prefix, quantizers, amaxOf }: QuantizedCheckpoint): PyDict {
  const storages = new Map<string, TensorStorage>();
  const tensors = checkpoint.tensors.map((tensor): readonly [string, PyTensor] => [
    withoutPrefix(tensor.name, prefix),
    { kind: 'tensor', shape: tensor.shape, storage: storageOf(tensor, checkpoint, storages) },
  ]);
  const amaxes = quantizers.flatMap((quantizer): (readonly [string, PyTensor])[] => {
    const amax = amaxOf.get(quantizerName(quantizer));
    return amax ? [[`${quantizerName(quantizer)}._amax`, amaxTensor(amax)]] : [];
  });
  return {
    kind: 'dict',
    entries: [
      ['modelopt_state', modeloptState(quantizers, amaxOf)],
      ['model_state_dict', orderedDict([...tensors, ...amaxes])],
    ],
  };
}

const withoutPrefix = (name: string, prefix: string): string =>
  name.startsWith(prefix) ? name.slice(prefix.length) : name;

/** Tied weights stay tied: tensors that look at the same elements share a storage. */
function storageOf(
  tensor: CheckpointTensor,
  checkpoint: Checkpoint,
  storages: Map<string, TensorStorage>,
): TensorStorage {
  const { storageKey, storageOffset, shape, strides, dtype } = tensor;
  const key = JSON.stringify([storageKey, storageOffset, shape, strides, dtype]);
  const storage = storages.get(key) ?? {
    dtype,
    length: shape.reduce((count, size) => count * size, 1),
    bytes: () => checkpoint.read(tensor),
  };
  storages.set(key, storage);
  return storage;
}

function amaxTensor({ values, shape }: Amax): PyTensor {
  const bytes = async () => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { kind: 'tensor', shape, storage: { dtype: 'float32', length: values.length, bytes } };
}

function orderedDict(entries: readonly (readonly [PickleValue, PickleValue])[]): PickleValue {
  return { kind: 'call', callee: { kind: 'global', module: 'collections', name: 'OrderedDict' }, args: [], entries };
}

import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { keptTensors } from '#engine/formats/pth/kept-tensors.ts';
import { dict, orderedDict, tensor } from '#engine/formats/pth/pickle/build.ts';
import type { PyDict, PyTensor } from '#engine/formats/pth/pickle/value.ts';
import { withoutPrefix } from '#engine/modules/without-prefix.ts';
import { modeloptState } from './modelopt-state.ts';
import { type Amax, type Quantizer, quantizerName } from './quantizer.ts';

export type QuantizedCheckpoint = {
  readonly checkpoint: Checkpoint;
  /** Left off the names: the network that the companion was exported from is the one that is restored. */
  readonly prefix: string;
  readonly quantizers: readonly Quantizer[];
  /** By quantizer name; enabled quantizers that saw no data have none. */
  readonly amaxOf: ReadonlyMap<string, Amax>;
  /** Reads a tensor when the writer reaches it. */
  read(tensor: CheckpointTensor): Promise<Uint8Array>;
};

/**
 * What `mto.save` writes: `modelopt_state`, and a `model_state_dict` with every tensor of the checkpoint as it
 * was plus an `_amax` for each calibrated quantizer behind its module's tensors.
 */
export function quantizedCheckpoint({ checkpoint, prefix, quantizers, amaxOf, read }: QuantizedCheckpoint): PyDict {
  const keep = keptTensors(read);
  const tensors = checkpoint.tensors.map((kept) => [withoutPrefix(kept.name, prefix), keep(kept)] as const);
  const amaxes = quantizers.flatMap((quantizer): (readonly [string, PyTensor])[] => {
    const amax = amaxOf.get(quantizerName(quantizer));
    return amax ? [[`${quantizerName(quantizer)}._amax`, amaxTensor(amax)]] : [];
  });
  return dict([
    ['modelopt_state', modeloptState(quantizers, amaxOf)],
    ['model_state_dict', orderedDict([...tensors, ...amaxes])],
  ]);
}

function amaxTensor({ values, shape }: Amax): PyTensor {
  const bytes = async () => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return tensor(shape, { dtype: 'float32', length: values.length, bytes });
}

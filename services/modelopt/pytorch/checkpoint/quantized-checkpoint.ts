import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { keptTensors } from '#engine/formats/pth/kept-tensors.ts';
import { dict, orderedDict, tensor } from '#engine/formats/pth/pickle/build.ts';
import type { PyDict, PyTensor } from '#engine/formats/pth/pickle/value.ts';
import { withoutPrefix } from '#engine/modules/without-prefix.ts';
import type { Compression } from '../compressed/compression.ts';
import { type Amax, quantizerName } from '../quantizer.ts';
import { modeloptState, type StateContents } from './modelopt-state.ts';

export type QuantizedCheckpoint = Omit<StateContents, 'unpacked'> & {
  readonly checkpoint: Checkpoint;
  /** Left off the names: the network that the result is of is the one that is restored. */
  readonly prefix: string;
  /** null: weights stay floating-point numbers. */
  readonly compression: Compression | null;
  /** Reads a tensor when the writer reaches it. */
  read(tensor: CheckpointTensor): Promise<Uint8Array>;
};

/**
 * What `mto.save` writes: `modelopt_state`, and a `model_state_dict` with every tensor of the checkpoint as it
 * was, or packed, and behind them the buffers of each calibrated quantizer.
 */
export function quantizedCheckpoint({ checkpoint, prefix, compression, read, ...state }: QuantizedCheckpoint): PyDict {
  const keep = keptTensors(read);
  const tensors = checkpoint.tensors.map(
    (kept) => [withoutPrefix(kept.name, prefix), compression?.weights.get(kept.name) ?? keep(kept)] as const,
  );
  const buffers = state.quantizers.map(quantizerName).flatMap((quantizer) => {
    const _scale = compression?.scales.get(quantizer);
    const own = Object.entries({ ...state.buffersOf.get(quantizer), ...(_scale ? { _scale } : {}) });
    return own.map(([name, buffer]) => [`${quantizer}.${name}`, bufferTensor(buffer)] as const);
  });
  return dict([
    ['modelopt_state', modeloptState({ ...state, unpacked: compression?.left ?? null })],
    ['model_state_dict', orderedDict([...tensors, ...buffers])],
  ]);
}

function bufferTensor({ values, shape }: Amax): PyTensor {
  const bytes = async () => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return tensor(shape, { dtype: 'float32', length: values.length, bytes });
}

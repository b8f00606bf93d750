import type { InputFile } from '#contract/backend.ts';
import type { ModelInspection } from '#contract/inspection.ts';
import { loneShard } from '#engine/formats/checkpoint/lone-shard.ts';
import { openModel } from '#engine/formats/checkpoint/open-model.ts';
import { checkpointNotes } from './checkpoint-notes.ts';
import { countParameters } from './count-parameters.ts';
import { listTensors } from './list-tensors.ts';
import { tensorBytes } from './tensor-bytes.ts';

/** A .pth, a .safetensors or the index of several: what its headers and its pickle say, without any element. */
export async function inspectCheckpoint(file: InputFile): Promise<ModelInspection> {
  const checkpoint = await openModel(file);
  await checkpoint.close();
  const { container, producer, wrapper, bytes, shards = 1, unknownGlobals } = checkpoint;
  const { tensors, twins } = listTensors(checkpoint);
  const alone = loneShard(file.name);
  return {
    kind: 'model',
    format: container === 'safetensors' ? 'safetensors' : 'pth',
    container,
    producer,
    wrapper,
    bytes,
    shards,
    parameters: countParameters(tensors.filter(({ name }) => !twins.has(name))),
    tensorBytes: tensorBytes(checkpoint.tensors),
    tensors,
    inputs: [],
    outputs: [],
    unknownGlobals,
    notes: [...(alone === null ? [] : [alone]), ...checkpointNotes(checkpoint)],
  };
}

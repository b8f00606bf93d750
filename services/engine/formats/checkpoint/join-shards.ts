import type { Checkpoint, CheckpointTensor } from '../pth/checkpoint.ts';
import { wrapperPrefix } from '../pth/wrapper-prefix.ts';
import type { Shard } from './check-shards.ts';

/** Several checkpoints as one, whose tensors follow each other. `indexBytes` is the size of the index. */
export function joinShards(shards: readonly Shard[], indexBytes: number): Checkpoint {
  const owners = new Map<CheckpointTensor, { readonly shard: Checkpoint; readonly original: CheckpointTensor }>();
  for (const [index, { checkpoint: shard }] of shards.entries()) {
    for (const original of shard.tensors)
      owners.set({ ...original, storageKey: `${index}:${original.storageKey}` }, { shard, original });
  }
  const ownerOf = (tensor: CheckpointTensor) => {
    const owner = owners.get(tensor);
    if (!owner) throw new Error(`tensor ${tensor.name} is of another checkpoint`);
    return owner;
  };
  const all = shards.map(({ checkpoint }) => checkpoint);
  const joined = <K, V>(pick: (checkpoint: Checkpoint) => Iterable<readonly [K, V]>) =>
    new Map(all.flatMap((checkpoint) => [...pick(checkpoint)]));
  const tensors = [...owners.keys()];
  return {
    container: all[0]?.container ?? 'safetensors',
    producer: all.find(({ producer }) => producer !== null)?.producer ?? null,
    wrapper: [],
    prefix: wrapperPrefix(tensors),
    tensors,
    modules: joined(({ modules }) => modules),
    classes: joined(({ classes }) => classes),
    linearLike: joined(({ linearLike }) => linearLike),
    quantized: joined(({ quantized }) => quantized),
    composed: joined(({ composed }) => composed),
    unknownGlobals: [...new Set(all.flatMap(({ unknownGlobals }) => unknownGlobals))],
    notes: shards.flatMap(({ name, checkpoint }) => checkpoint.notes.map((note) => `${name}: ${note}`)),
    metadata: joined(({ metadata }) => metadata ?? []),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, indexBytes),
    shards: shards.length,
    rest: null,
    read(tensor) {
      const { shard, original } = ownerOf(tensor);
      return shard.read(original);
    },
    locate(tensor) {
      const { shard, original } = ownerOf(tensor);
      return shard.locate(original);
    },
    close: async () => void (await Promise.all(all.map((checkpoint) => checkpoint.close()))),
  };
}

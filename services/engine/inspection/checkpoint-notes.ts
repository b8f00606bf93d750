import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';

/** What is worth knowing of a checkpoint before anything is done with it, in sentences. */
export function checkpointNotes(checkpoint: Checkpoint): readonly string[] {
  const { tensors, quantized, classes, prefix, shards, metadata, notes } = checkpoint;
  const framework = metadata?.get('format');
  return [
    ...(tensors.length === 0 ? ['The file holds no tensors.'] : []),
    ...(shards === undefined
      ? []
      : [`The model is kept in ${shards} ${shards === 1 ? 'shard' : 'shards'}, named by this index.`]),
    ...countClasses(quantized).map(
      ([name, times]) => `${times} of its tensors ${times === 1 ? 'is' : 'are'} quantized already (${name}).`,
    ),
    ...(classes.size > 0 ? ['The file is a whole pickled module; its weights were read as data.'] : []),
    ...(prefix === '' ? [] : [`Every name begins with “${prefix}”, which a wrapper of the network put there.`]),
    ...(framework === undefined ? [] : [`Written for the framework “${framework.slice(0, 80)}”.`]),
    ...notes,
  ];
}

function countClasses(quantized: Checkpoint['quantized']): readonly (readonly [string, number])[] {
  const times = new Map<string, number>();
  for (const tensor of quantized.values()) times.set(tensor.class, (times.get(tensor.class) ?? 0) + 1);
  return [...times];
}

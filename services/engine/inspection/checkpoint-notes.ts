import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';

/** What is worth knowing of a checkpoint before anything is done with it, in sentences. */
export function checkpointNotes(checkpoint: Checkpoint): readonly string[] {
  const { tensors, quantized, composed, prefix, shards, metadata, notes } = checkpoint;
  const framework = metadata?.get('format');
  return [
    ...(tensors.length === 0 ? ['The file holds no tensors.'] : []),
    ...(shards === undefined
      ? []
      : [`The model is kept in ${shards} ${shards === 1 ? 'shard' : 'shards'}, named by this index.`]),
    ...counted(quantized, (tensor) => tensor.class).map(([name, times]) => tally(times, `quantized already (${name})`)),
    ...counted(composed, ({ layout }) => layout).map(([name, times]) => tally(times, `kept in parts (${name})`)),
    ...(isPickledModule(checkpoint) ? ['The file is a whole pickled module; its weights were read as data.'] : []),
    ...(prefix === '' ? [] : [`Every name begins with “${prefix}”, which a wrapper of the network put there.`]),
    ...(framework === undefined ? [] : [`Written for the framework “${framework.slice(0, 80)}”.`]),
    ...notes,
  ];
}

/** Archives of graphs name classes too, but are no pickled modules. */
function isPickledModule({ container, classes }: Checkpoint): boolean {
  return classes.size > 0 && ['zip', 'legacy', 'tar'].includes(container);
}

function tally(times: number, what: string): string {
  return `${times} of its tensors ${times === 1 ? 'is' : 'are'} ${what}.`;
}

function counted<T>(
  tensors: ReadonlyMap<string, T>,
  nameOf: (tensor: T) => string,
): readonly (readonly [string, number])[] {
  const times = new Map<string, number>();
  for (const tensor of tensors.values()) times.set(nameOf(tensor), (times.get(nameOf(tensor)) ?? 0) + 1);
  return [...times];
}

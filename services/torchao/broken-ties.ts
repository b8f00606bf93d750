import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';

/** More names than this make a sentence nobody reads. */
const mostNames = 4;

/** One sentence for each block of memory that several tensors show and that quantization takes apart, as torchao does. */
export function brokenTies(
  tensors: readonly CheckpointTensor[],
  quantized: ReadonlySet<CheckpointTensor>,
): readonly string[] {
  const groups = new Map<string, CheckpointTensor[]>();
  for (const tensor of tensors) {
    const place = `${tensor.storageKey}+${tensor.storageOffset}`;
    const group = groups.get(place);
    if (group) group.push(tensor);
    else groups.set(place, [tensor]);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1 && group.some((tensor) => quantized.has(tensor)))
    .map((group) => `${namesOf(group)} share their memory; the result no longer ties them.`);
}

function namesOf(group: readonly CheckpointTensor[]): string {
  const names = group.slice(0, mostNames).map(({ name }) => name);
  const more = group.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(' and ');
}

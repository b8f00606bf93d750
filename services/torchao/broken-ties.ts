import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { listNames } from './list-names.ts';

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
    .map((group) => `${listNames(group.map(({ name }) => name))} share their memory; the result no longer ties them.`);
}

import { formatBytes } from '#contract/format-bytes.ts';
import { listNames } from '#contract/list-names.ts';
import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { denseBytes, storageBytes } from '#engine/formats/storage-bytes.ts';
import type { QuantizedWeight } from './quantized-weight.ts';

type Result = {
  /** By the name of the tensor in the checkpoint. */
  readonly quantized: ReadonlyMap<string, QuantizedWeight>;
  /** What a tensor's name loses in front. */
  readonly prefix: string;
  readonly outputFormat: 'pth' | 'safetensors';
};

/** One sentence for each block of memory that several tensors show and that quantization takes apart, as torchao does. */
export function brokenTies(tensors: readonly CheckpointTensor[], result: Result): readonly string[] {
  return groupsOfPlaces(tensors)
    .filter((group) => group.some(({ name }) => result.quantized.has(name)))
    .map((group) => {
      const names = listNames(group.map(({ name }) => name));
      return `${names} share their memory; the result no longer ties them${costOf(group, result)}.`;
    });
}

/** Tensors that begin at the same element of one storage; one that has its place for itself is in no group. */
function groupsOfPlaces(tensors: readonly CheckpointTensor[]): readonly CheckpointTensor[][] {
  const first = new Map<string, CheckpointTensor>();
  const groups = new Map<string, CheckpointTensor[]>();
  for (const tensor of tensors) {
    const place = `${tensor.storageKey}+${tensor.storageOffset}`;
    const other = first.get(place);
    const group = groups.get(place);
    if (group) group.push(tensor);
    else if (other) groups.set(place, [other, tensor]);
    else first.set(place, tensor);
  }
  // In the order in which the first of each stands.
  return [...first.keys()].map((place) => groups.get(place)).filter((group) => group !== undefined);
}

/** A safetensors file ties nothing, quantized or not; parts that are all quantized may be smaller than what they shared. */
function costOf(group: readonly CheckpointTensor[], { quantized, prefix, outputFormat }: Result): string {
  const weights = group.flatMap(({ name }) => quantized.get(name) ?? []);
  const shared = group.reduce((most, tensor) => Math.max(most, denseBytes(tensor)), 0);
  const kept = weights.length < group.length ? shared : 0;
  const more = weights.reduce((sum, weight) => sum + bytesOf(weight), kept) - shared;
  if (outputFormat === 'safetensors' || more <= 0) return '';
  const layers = group
    .filter(({ name }) => quantized.has(name))
    .map(({ name }) => name.slice(prefix.length).replace(/\.?weight$/, ''));
  return `, which takes ${formatBytes(more)} more than one float weight for all. To keep the tie, name ${listNames(layers)} in skip_names`;
}

function bytesOf({ qdata, scale, zeroPoint }: QuantizedWeight): number {
  return [qdata, scale, ...(zeroPoint ? [zeroPoint] : [])].reduce((sum, storage) => sum + storageBytes(storage), 0);
}

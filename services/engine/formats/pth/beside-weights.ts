import type { BesideWeights } from './checkpoint.ts';
import { itemsOf } from './containers.ts';
import type { PthContents } from './contents.ts';
import { holdsTensor, type Located } from './locate-weights.ts';
import type { Storage } from './storages.ts';

/** What a file holds beside its weights: storages that no tensor of the state dict looks into, as they stand in the file. */
export function besideWeights(
  { root, storages }: PthContents,
  { wrapper: [first] }: Located,
  used: Iterable<Storage>,
): BesideWeights {
  const weights = new Set<string>();
  for (const { key } of used) weights.add(key);
  const lengths = new Map<string, number>();
  for (const { key, at, bytes } of storages.values()) {
    if (at !== null && !weights.has(key)) lengths.set(key, Math.max(bytes, lengths.get(key) ?? 0));
  }
  if (lengths.size === 0) return { bytes: 0, names: [] };
  const items = first === undefined ? [] : (itemsOf(root) ?? []);
  return {
    bytes: [...lengths.values()].reduce((sum, length) => sum + length, 0),
    names: items.flatMap(({ key, value }) =>
      typeof key === 'string' && key !== first && holdsTensor(value) ? [key] : [],
    ),
  };
}

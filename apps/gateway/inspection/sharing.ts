import type { InspectedTensor } from '#contract/inspection.ts';

/** A tensor with the names of those that show the same memory, in the order of the file. */
export type ListedTensor = InspectedTensor & { readonly sharedWith: readonly string[]; readonly sharers: number };

/** Names that are told of one tensor: a file may show one storage thousands of times. */
const mostNames = 50;

/** Of `listed`, which are some of `all`. */
export function withSharing(
  all: readonly InspectedTensor[],
  listed: readonly InspectedTensor[],
): readonly ListedTensor[] {
  const wanted = new Set(listed.flatMap(({ storage }) => storage ?? []));
  const groups = new Map<string, string[]>();
  for (const { name, storage } of all) {
    if (storage === undefined || !wanted.has(storage)) continue;
    const names = groups.get(storage);
    if (names) names.push(name);
    else groups.set(storage, [name]);
  }
  return listed.map((tensor) => {
    const group = (tensor.storage === undefined ? undefined : groups.get(tensor.storage)) ?? [tensor.name];
    const sharedWith = group.slice(0, mostNames + 1).filter((name) => name !== tensor.name);
    return { ...tensor, sharedWith: sharedWith.slice(0, mostNames), sharers: group.length - 1 };
  });
}

import type { InspectedTensor } from '#contract/inspection.ts';

export const tensorSorts = ['FILE', 'NAME', 'NAME_DESCENDING', 'SMALLEST', 'LARGEST'] as const;
export type TensorSort = (typeof tensorSorts)[number];

export type TensorFilter = {
  /** Words that a name has to contain, in any order, whatever their case. */
  readonly search?: string | null | undefined;
  readonly sharedOnly?: boolean | null | undefined;
};

/** The tensors that pass, in the order of the file or another; numbers in names count as numbers. */
export function findTensors<T extends InspectedTensor>(
  tensors: readonly T[],
  { search, sharedOnly }: TensorFilter,
  sort: TensorSort = 'FILE',
): readonly T[] {
  const words = (search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found = tensors.filter(({ name, storage }) => {
    if (sharedOnly && storage === undefined) return false;
    const lower = name.toLowerCase();
    return words.every((word) => lower.includes(word));
  });
  return sorters[sort](found);
}

type Sorter = <T extends InspectedTensor>(tensors: readonly T[]) => readonly T[];

const byName: Sorter = (tensors) => {
  const keyed = tensors.map((tensor) => ({ tensor, key: nameKey(tensor.name) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ tensor }) => tensor);
};

const sorters: Readonly<Record<TensorSort, Sorter>> = {
  FILE: (tensors) => tensors,
  NAME: byName,
  NAME_DESCENDING: (tensors) => byName(tensors).toReversed(),
  SMALLEST: (tensors) => tensors.toSorted((a, b) => a.bytes - b.bytes),
  LARGEST: (tensors) => tensors.toSorted((a, b) => b.bytes - a.bytes),
};

/** `blocks.2` before `blocks.10`: far cheaper over many names than a collator that knows numbers. */
function nameKey(name: string): string {
  return name.replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}

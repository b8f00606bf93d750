import type { Random } from '../random.ts';

/** One way to change a thing, always the same for the same random numbers. It returns a new thing. */
export type Mutation<T> = { readonly name: string; apply(value: T, random: Random): T };

export type Mutated<T> = { readonly value: T; readonly names: readonly string[] };

/** Applies one to three of them, more often one: a file with many faults is refused for the first. */
export function mutate<T>(value: T, mutations: readonly Mutation<T>[], random: Random): Mutated<T> {
  const chosen = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => random.pick(mutations));
  return {
    value: chosen.reduce((changed, mutation) => mutation.apply(changed, random), value),
    names: chosen.map(({ name }) => name),
  };
}

import type { Subject } from './observation.ts';

/** A subject and what its values take in one batch. */
export type Sized = { readonly subject: Subject; readonly bytes: number };

/**
 * Cuts subjects into passes over the data, so that the values of one batch stay below `bytes` and tensors below
 * `tensors` in each; a subject is never cut, however large it is. In their order.
 */
export function cutPasses(
  sized: readonly Sized[],
  most: { readonly bytes: number; readonly tensors: number },
): readonly (readonly Sized[])[] {
  const passes: { members: Sized[]; bytes: number; tensors: number }[] = [];
  for (const one of sized) {
    const tensors = one.subject.length;
    const last = passes.at(-1);
    if (last && last.bytes + one.bytes <= most.bytes && last.tensors + tensors <= most.tensors) {
      last.members.push(one);
      last.bytes += one.bytes;
      last.tensors += tensors;
    } else passes.push({ members: [one], bytes: one.bytes, tensors });
  }
  return passes.map(({ members }) => members);
}

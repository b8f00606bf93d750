import type { Portion } from './cut-batches.ts';
import { type Run, type Runner, sameValues } from './joint-run.ts';
import type { TensorValue } from './tensor-value.ts';

/**
 * Tensors, fed or made, in which the samples of a batch lie one after the other along the first axis, so that those which
 * only fill it up can be left out: they are at the front of it what they were at the end of the batch before.
 */
export async function separateTensors(
  { session, dataset, outputs }: Runner,
  { batch, values }: Run,
): Promise<ReadonlySet<string>> {
  const size = batch.repeated + batch.count;
  const before = await dataset.read({ start: batch.start - size, count: size, repeated: 0 });
  const valuesBefore = new Map([...before.feeds, ...(await session.run(before.feeds, outputs))]);
  const separate = [...batch.feeds, ...values].filter(([tensor, value]) => {
    const other = valuesBefore.get(tensor);
    const parted = [value, other].every((one) => one && (one.shape[0] ?? 0) % size === 0 && one.shape.length > 0);
    if (!parted || !other) return false;
    const [front, back] = [rows(value, batch, 'repeated'), rows(other, { ...batch, ...swapped(batch) }, 'new')];
    return sameValues(front, back, false);
  });
  return new Set(separate.map(([tensor]) => tensor));
}

/** As if the repeated samples were the new ones. */
function swapped({ count, repeated }: Portion): Pick<Portion, 'count' | 'repeated'> {
  return { count: repeated, repeated: count };
}

/** Of a value whose samples lie one after the other, those of the batch before or those that are new. */
export function rows(value: TensorValue, { count, repeated }: Portion, which: 'repeated' | 'new'): TensorValue {
  const end = (value.bytes.length / (count + repeated)) * repeated;
  return { ...value, bytes: which === 'new' ? value.bytes.subarray(end) : value.bytes.subarray(0, end) };
}

/** A sentence about tensors from which repeated samples could not be left out. Empty without any. */
export function warnOfRepeated(
  tensors: readonly string[],
  { count, repeated }: Pick<Portion, 'count' | 'repeated'>,
  source: string,
): readonly string[] {
  if (tensors.length === 0) return [];
  const size = count + repeated;
  return [
    `The graph takes ${size} samples at a time, and ${repeated} of ${source} fill up its last batch: they count twice in the scales of ${tensors.join(', ')}, whose values do not lie sample by sample along the first axis. A multiple of ${size} samples avoids that.`,
  ];
}

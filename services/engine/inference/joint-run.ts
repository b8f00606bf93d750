import { InputError } from '#contract/failure.ts';
import type { Portion } from './cut-batches.ts';
import type { Batch, Dataset } from './dataset.ts';
import type { Session } from './session.ts';
import { floats, type TensorValue } from './tensor-value.ts';

/** Several batches in one. */
export function joined(portions: readonly Portion[]): Portion {
  const [first] = portions;
  const count = portions.reduce((sum, portion) => sum + portion.count, 0);
  return { start: first?.start ?? 0, count, repeated: first?.repeated ?? 0 };
}

type Joint = { readonly batch: Batch; readonly values: ReadonlyMap<string, TensorValue> };

/**
 * Runs several batches as one; null if the graph does not take them so, or if some tensor is then not what the first
 * and the last of them give alone, one after the other: bit by bit (`exact`), or within a few units of the last place.
 */
export async function tryJoint(
  {
    session,
    dataset,
    outputs,
  }: { readonly session: Session; readonly dataset: Dataset; readonly outputs: readonly string[] },
  portions: readonly Portion[],
  exact: boolean,
): Promise<Joint | null> {
  const batch = await dataset.read(joined(portions));
  const values = await session.run(batch.feeds, outputs).catch((error: unknown) => {
    if (error instanceof InputError) return null;
    throw error;
  });
  if (!values) return null;
  for (const portion of new Set([portions[0], portions.at(-1)])) {
    if (!portion) continue;
    const alone = await session.run((await dataset.read(portion)).feeds, outputs);
    for (const [tensor, value] of alone) {
      const part = partOf(values.get(tensor), { of: batch, portion });
      if (!part || !same(part, value, exact)) return null;
    }
  }
  return { batch, values };
}

/** What belongs to a portion, if samples are one after the other in the tensor. */
function partOf(
  value: TensorValue | undefined,
  { of, portion }: { readonly of: Portion; readonly portion: Portion },
): TensorValue | null {
  if (!value) return null;
  const perSample = value.bytes.length / of.count;
  if (!Number.isInteger(perSample)) return null;
  const start = (portion.start - of.start) * perSample;
  return { ...value, bytes: value.bytes.subarray(start, start + portion.count * perSample) };
}

/** Of the largest magnitude: rounding in another order, not another result. */
const tolerance = 1e-5;

function same(part: TensorValue, alone: TensorValue, exact: boolean): boolean {
  if (part.bytes.length !== alone.bytes.length) return false;
  if (Buffer.compare(part.bytes, alone.bytes) === 0) return true;
  if (exact || alone.dtype !== 'float32') return false;
  const [a, b] = [floats(part), floats(alone)];
  const amax = b.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return a.every((x, i) => Math.abs(x - (b[i] ?? 0)) <= tolerance * amax);
}

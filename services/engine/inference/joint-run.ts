import { rowRange } from '#engine/kernels/kernels.ts';
import type { Portion } from './cut-batches.ts';
import type { Batch, Dataset } from './dataset.ts';
import type { Session } from './session.ts';
import { floats, type TensorValue } from './tensor-value.ts';

/** Several batches in one run are not what they are alone. */
export class CoupledSamples extends Error {}

/** Several batches in one. */
export function joined(portions: readonly Portion[]): Portion {
  const [first] = portions;
  const count = portions.reduce((sum, portion) => sum + portion.count, 0);
  return { start: first?.start ?? 0, count, repeated: first?.repeated ?? 0 };
}

export type Runner = {
  readonly session: Session;
  readonly dataset: Dataset;
  readonly outputs: readonly string[];
  /** Whether tensors are compared bit by bit, or within a few units of the last place. */
  readonly exact: boolean;
};

export type Run = { readonly batch: Batch; readonly values: ReadonlyMap<string, TensorValue> };

/** Whether each tensor of a run of several batches is what the first and the last of them give alone, one after the other. */
export async function isSumOfParts(
  { session, dataset, outputs, exact }: Runner,
  { batch, values, portions }: Run & { readonly portions: readonly Portion[] },
): Promise<boolean> {
  for (const portion of new Set([portions[0], portions.at(-1)])) {
    if (!portion) continue;
    const alone = await session.run((await dataset.read(portion)).feeds, outputs);
    for (const [tensor, value] of alone) {
      const part = partOf(values.get(tensor), { of: batch, portion });
      if (!part || !sameValues(part, value, exact)) return false;
    }
  }
  return true;
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

export function sameValues(part: TensorValue, alone: TensorValue, exact: boolean): boolean {
  if (part.bytes.length !== alone.bytes.length) return false;
  if (Buffer.compare(part.bytes, alone.bytes) === 0) return true;
  if (exact || alone.dtype !== 'float32') return false;
  return nearlySame(floats(part), floats(alone));
}

/** A loop, for it goes over millions of values once or twice, before anything has made closures fast. */
function nearlySame(a: Float32Array, b: Float32Array): boolean {
  const { min, max } = rowRange(b, 1, b.length);
  const most = tolerance * Math.max(0, -(min[0] ?? 0), max[0] ?? 0);
  for (let i = 0; i < a.length; i++) if (!(Math.abs((a[i] ?? 0) - (b[i] ?? 0)) <= most)) return false;
  return true;
}

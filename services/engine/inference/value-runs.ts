import type { Portion } from './cut-batches.ts';
import type { Batch, Dataset } from './dataset.ts';
import { joined, tryJoint } from './joint-run.ts';
import { readAhead } from './read-ahead.ts';
import type { Session, SessionOptions } from './session.ts';
import type { TensorValue } from './tensor-value.ts';
import type { Sized } from './value-passes.ts';

type ValueRun = {
  readonly batch: Batch;
  readonly values: ReadonlyMap<string, TensorValue>;
  /** Samples of each batch in it. */
  readonly counts: readonly number[];
};

type Collector = { readonly session: Session; readonly outputs: readonly string[]; readonly pass: readonly Sized[] };

/**
 * Values of all samples, batch after batch. What a calibrator makes of values depends on the batches it is given, and
 * ModelOpt's are of one sample; but several of them go through the runtime at once where a trial shows that each tensor
 * is then what they give alone, one after the other.
 */
export async function* valueRuns(
  collector: Collector,
  { dataset, kernels = 'as written' }: SessionOptions & { readonly dataset: Dataset },
): AsyncGenerator<ValueRun> {
  const { session, outputs, pass } = collector;
  const portions = dataset.cut();
  const groups = grouped(portions, dataset.fixedBatch === null ? batchesInRun(pass, portions) : 1);
  const [first = [], ...others] = groups;
  const joint =
    first.length > 1 ? await tryJoint({ session, dataset, outputs }, first, kernels === 'as written') : null;
  if (joint) yield { ...joint, counts: countsOf(first) };
  const left = joint ? others : grouped(portions, 1);
  let index = 0;
  for await (const batch of readAhead(left, (group) => dataset.read(joined(group)))) {
    yield { batch, values: await session.run(batch.feeds, outputs), counts: countsOf(left[index] ?? []) };
    index++;
  }
}

/** Few enough that their values stay near the processor, and enough that a run is worth its start. */
const bytesInRun = 2 ** 22;
const mostInRun = 64;

function batchesInRun(pass: readonly Sized[], portions: readonly Portion[]): number {
  const bytes = pass.reduce((sum, one) => sum + one.bytes, 0);
  const samples = portions[0]?.count ?? 1;
  return Math.max(1, Math.min(Math.floor(bytesInRun / Math.max(1, bytes)), Math.floor(mostInRun / samples)));
}

function grouped(portions: readonly Portion[], size: number): readonly (readonly Portion[])[] {
  return Array.from({ length: Math.ceil(portions.length / size) }, (_, i) => portions.slice(i * size, (i + 1) * size));
}

function countsOf(portions: readonly Portion[]): readonly number[] {
  return portions.map(({ count, repeated }) => count + repeated);
}

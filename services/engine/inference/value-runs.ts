import { InputError } from '#contract/failure.ts';
import type { Portion } from './cut-batches.ts';
import type { Batch, Dataset } from './dataset.ts';
import { CoupledSamples, isSumOfParts, joined, type Run, type Runner } from './joint-run.ts';
import { readAhead } from './read-ahead.ts';
import { separateTensors } from './repeated-samples.ts';
import type { Session, SessionOptions } from './session.ts';
import type { TensorValue } from './tensor-value.ts';
import type { Sized } from './value-passes.ts';

export type ValueRun = {
  readonly batch: Batch;
  readonly values: ReadonlyMap<string, TensorValue>;
  /** Samples of each batch in it. */
  readonly counts: readonly number[];
  /** Tensors from which the samples that were there before can be left out. Empty where there are none. */
  readonly separate: ReadonlySet<string>;
};

type Collector = {
  readonly session: Session;
  readonly outputs: readonly string[];
  readonly pass: readonly Sized[];
  /** Whether several batches may go through the runtime at once. */
  readonly joining: Joining;
};

export type Joining = 'tried' | 'never';

/**
 * Values of all samples, batch after batch. What a calibrator makes of values depends on the batches it is given, and
 * ModelOpt's are of one sample; but several of them go through the runtime at once where each tensor is then what they
 * give alone, one after the other. The first group of batches tells, since groups are of one size and the graph does
 * the same for each (fixed-work.ts); samples so alike that mixing them shows nothing may stand at the beginning, so the
 * last group is tried too. Errors: CoupledSamples if that one tells otherwise; everything is to be run alone then.
 */
export async function* valueRuns(
  { session, outputs, pass, joining }: Collector,
  { dataset, kernels = 'as written' }: SessionOptions & { readonly dataset: Dataset },
): AsyncGenerator<ValueRun> {
  const portions = dataset.cut();
  const runner = { session, dataset, outputs, exact: kernels === 'as written' };
  const size = joining === 'tried' && dataset.fixedBatch === null ? batchesInRun(pass, portions) : 1;
  const groups = grouped(portions, size);
  const [first = [], ...others] = groups;
  const joint = first.length > 1 ? await tryJoint(runner, first) : null;
  if (joint) yield { ...joint, counts: countsOf(first), separate: new Set() };
  const left = joint ? others : grouped(portions, 1);
  for await (const { group, batch } of readGroups(left, dataset)) {
    const isLast = group.length > 1 && group === left.at(-1);
    const values = isLast ? await lastOf(runner, { group, batch }) : await session.run(batch.feeds, outputs);
    const separate = batch.repeated > 0 ? await separateTensors(runner, { batch, values }) : new Set<string>();
    yield { batch, values, counts: countsOf(group), separate };
  }
}

/** The first batches in one run; null if they do not go so, and nothing is lost yet. */
async function tryJoint(runner: Runner, portions: readonly Portion[]): Promise<Run | null> {
  const batch = await runner.dataset.read(joined(portions));
  const values = await runner.session.run(batch.feeds, runner.outputs).catch((error: unknown) => {
    if (error instanceof InputError) return null;
    throw error;
  });
  return values && (await isSumOfParts(runner, { batch, values, portions })) ? { batch, values } : null;
}

type Group = { readonly group: readonly Portion[]; readonly batch: Batch };

async function lastOf(runner: Runner, { group, batch }: Group): Promise<Run['values']> {
  const values = await runner.session.run(batch.feeds, runner.outputs);
  if (await isSumOfParts(runner, { batch, values, portions: group })) return values;
  throw new CoupledSamples();
}

function readGroups(groups: readonly (readonly Portion[])[], dataset: Dataset) {
  return readAhead(groups, async (group) => ({ group, batch: await dataset.read(joined(group)) }));
}

/** Few enough that their values stay near the processor, and enough that a run is worth its start. */
const bytesInRun = 2 ** 22;
const mostInRun = 64;

function batchesInRun(pass: readonly Sized[], portions: readonly Portion[]): number {
  const bytes = pass.reduce((sum, one) => sum + one.bytes, 0);
  const samples = portions[0]?.count ?? 1;
  return Math.max(1, Math.min(Math.floor(bytesInRun / Math.max(1, bytes)), Math.floor(mostInRun / samples)));
}

/** As few groups of at most `size` as it takes, none larger by more than one than another. */
function grouped(portions: readonly Portion[], size: number): readonly (readonly Portion[])[] {
  const groups = Math.ceil(portions.length / size);
  const startOf = (group: number) => Math.ceil((group * portions.length) / groups);
  return Array.from({ length: groups }, (_, i) => portions.slice(startOf(i), startOf(i + 1)));
}

function countsOf(portions: readonly Portion[]): readonly number[] {
  return portions.map(({ count, repeated }) => count + repeated);
}

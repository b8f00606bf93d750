import { availableParallelism } from 'node:os';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import type { CalibratedDtype, CalibrationMethod } from '#engine/numerics/calibration/calibrator.ts';
import type { DataRecord } from './data-record.ts';
import type { Batch } from './dataset.ts';
import type { FirstSight } from './first-batch.ts';
import { locateNotFinite } from './not-finite.ts';
import type { Collecting, ObserveOptions } from './observation.ts';
import { withOutputs } from './probe.ts';
import { reachAsWritten } from './reach-as-written.ts';
import type { SubjectResult, Values } from './reduction/bench.ts';
import { createReduction, type Reduction } from './reduction/reduction.ts';
import { rows, warnOfRepeated } from './repeated-samples.ts';
import { openSession, type Session } from './session.ts';
import { storedFloats, type TensorValue } from './tensor-value.ts';
import type { Sized } from './value-passes.ts';
import { type Joining, type ValueRun, valueRuns } from './value-runs.ts';

export type PassOptions = ObserveOptions & {
  readonly method: CalibrationMethod;
  readonly joining: Joining;
  readonly collecting: Collecting;
  readonly first: ReadonlyMap<string, FirstSight>;
  /** Told what was fed; null if another pass does that. */
  readonly record: DataRecord | null;
};

type PassResults = { readonly subjects: readonly SubjectResult[]; readonly warnings: readonly string[] };

/** Runs all samples once and gives the values of these subjects to their calibrators; the next run goes on meanwhile. */
export async function collectPass(
  model: OnnxModel,
  pass: readonly Sized[],
  options: PassOptions,
): Promise<PassResults> {
  const { dataset, signal, record, joining, collecting, first } = options;
  const tensors = pass.flatMap(({ subject }) => subject);
  const outputs = madeAmong(model, tensors);
  const session = await openSession(withOutputs(model, outputs), { ...options, memory: 'kept' });
  const reduction = await startReduction(pass, { model, session, options });
  const warnings: string[] = [...session.warnings];
  let reducing: { readonly batch: Batch; readonly finite: Promise<boolean> } | null = null;
  const settle = async () => {
    if (reducing && !(await reducing.finite))
      throw await locateNotFinite(model, tensors, { batch: reducing.batch, options });
  };
  try {
    for await (const run of valueRuns({ session, outputs, pass, joining }, options)) {
      const { batch } = run;
      signal.throwIfAborted();
      record?.add(batch);
      await settle();
      if (batch.start === 0) reachAsWritten(run, first);
      const finite = reduction.collect(valuesOf(pass, run, collecting));
      // It is awaited when the next run is done, and must not count as forgotten until then.
      finite.catch(() => {});
      reducing = { batch, finite };
      warnings.push(...warnOfRepeated(countedTwice(pass, run), batch, dataset.name));
      options.onProgress((batch.start + batch.count) / dataset.samples);
    }
    await settle();
    return { subjects: await reduction.results(), warnings };
  } finally {
    await reduction.close();
    await session.close();
  }
}

type Around = { readonly model: OnnxModel; readonly session: Session; readonly options: PassOptions };

/** The session is closed if the threads cannot start. */
async function startReduction(pass: readonly Sized[], { model, session, options }: Around): Promise<Reduction> {
  try {
    return createReduction({
      method: options.method,
      dtypes: pass.map(({ subject }) => dtypeOf(subject, model, session)),
      weights: pass.map(({ bytes }) => bytes),
      threads: threadsFor(pass, options),
    });
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** What nodes make; a graph needs an output even if only its inputs are looked at. */
function madeAmong({ graph }: OnnxModel, tensors: readonly string[]): readonly string[] {
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const made = tensors.filter((tensor) => !inputs.has(tensor));
  return made.length > 0 ? made : graph.outputs.slice(0, 1).map(({ name }) => name);
}

function dtypeOf(subject: readonly string[], { graph }: OnnxModel, session: Session): CalibratedDtype {
  const types = subject.map(
    (tensor) => session.outputTypes.get(tensor) ?? graph.inputs.find(({ name }) => name === tensor)?.dtype,
  );
  return types.every((type) => type === 'float16') ? 'float16' : 'float32';
}

/** Bytes of values in all samples from which on a thread is worth its start. */
const bytesForThreads = 2 ** 26;
const mostThreads = 4;

/** One processor is left to the runtime, which keeps all of them busy only in large operators. */
function threadsFor(pass: readonly Sized[], { dataset, threads = availableParallelism() }: PassOptions): number {
  const bytes = pass.reduce((sum, one) => sum + one.bytes, 0) * dataset.cut().length;
  return bytes < bytesForThreads ? 0 : Math.min(mostThreads, threads - 1);
}

/** Values are given away, and what was fed is not ours to give: it is copied. */
function valuesOf(pass: readonly Sized[], run: ValueRun, collecting: Collecting): readonly Values[] {
  const { values, counts, separate, batch } = run;
  return pass.map(({ subject: tensors }, subject) => {
    const once = tensors.every((tensor) => separate.has(tensor));
    const ofNew = (value: TensorValue) => storedFloats(once ? rows(value, batch, 'new') : value);
    const parts = tensors.flatMap((tensor) => {
      const value = values.get(tensor);
      const fed = batch.feeds.get(tensor);
      return value ? [ofNew(value)] : fed ? [ofNew(fed).slice()] : [];
    });
    const steps = stepsOf(tensors, run, collecting);
    return { subject, parts, counts: once ? [batch.count] : counts, ...(steps === null ? {} : { steps }) };
  });
}

/** How many pieces of each member the calibrator is given; null: all members at once. */
function stepsOf(
  [first = '']: readonly string[],
  { values, batch }: ValueRun,
  { members = 'as one', sequences }: Collecting,
): number | null {
  if (members === 'as one') return null;
  if (!sequences?.has(first)) return 1;
  return (values.get(first) ?? batch.feeds.get(first))?.shape[0] ?? 1;
}

function countedTwice(pass: readonly Sized[], { batch, separate }: ValueRun): readonly string[] {
  if (batch.repeated === 0) return [];
  return pass.flatMap(({ subject }) => (subject.every((tensor) => separate.has(tensor)) ? [] : subject));
}

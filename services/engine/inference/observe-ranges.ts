import { makeInt } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { viewGraph } from '#engine/graph/view.ts';
import type { CalibratedRange } from '#engine/numerics/calibration/calibrator.ts';
import type { Batch } from './dataset.ts';
import { nanSinks } from './nan-sinks.ts';
import type { Observation, ObserveOptions, Subject } from './observation.ts';
import { probe } from './probe.ts';
import { reduceBatches } from './reduce-batches.ts';
import { openScalarProbes, type ScalarProbes } from './scalar-probes.ts';
import { constantsAmong, warnOfConstants } from './unchanging.ts';

/**
 * Minimum and maximum of named floating-point tensors over all samples, in their own precision (as ORT's
 * MinMaxCalibrater has them). Reduced inside the graph: scalars leave the runtime after each batch, so memory does not
 * grow with samples or tensors.
 * Errors: CALIBRATION_MISMATCH, naming the sample and the tensor, if a value is NaN or infinite.
 */
export async function observeRanges(
  model: OnnxModel,
  subjects: readonly Subject[],
  options: ObserveOptions,
): Promise<Observation> {
  const tensors = subjects.flat();
  const strict = options.nonFinite !== 'taken';
  const sinks = strict ? nanSinks(viewGraph(model.graph), { tensors, kernels: options.kernels }) : new Set<string>();
  const session = await openScalarProbes(model, probesOf(tensors, sinks), { ...options, memory: 'kept' });
  const ranges = new Map<string, CalibratedRange>();
  const reduction = {
    model,
    tensors,
    begin: () => ranges.clear(),
    look: async (batch: Batch) => {
      const seen = await runProbes(session, batch, { tensors, sinks });
      for (const [tensor, range] of seen.ranges) ranges.set(tensor, widen(ranges.get(tensor), range));
      return seen.finite || !strict;
    },
  };
  try {
    const data = await reduceBatches(reduction, options);
    const { samples } = options.dataset;
    return {
      ranges: sharedRanges(subjects, ranges),
      samples,
      warnings: [...session.warnings, ...warnOfConstants(constantsAmong(ranges), samples)],
      deviations: [],
      data,
    };
  } finally {
    await session.close();
  }
}

/** The sum of magnitudes is NaN if one of them is; minimum and maximum pass over NaN. Infinite parts cannot cancel in it. */
const reductions = { min: 'ReduceMin', max: 'ReduceMax', nan: 'ReduceL1' } as const;

function probesOf(tensors: readonly string[], sinks: ReadonlySet<string>) {
  const reduce = (op: string) => (tensor: string, index: number) =>
    probe(op, tensor, { index, attributes: [makeInt('keepdims', 0)] });
  return [
    ...tensors.map(reduce(reductions.min)),
    ...tensors.map(reduce(reductions.max)),
    ...[...sinks].map(reduce(reductions.nan)),
  ];
}

type Seen = { readonly ranges: ReadonlyMap<string, CalibratedRange>; readonly finite: boolean };

async function runProbes(
  session: ScalarProbes,
  { feeds }: Batch,
  { tensors, sinks }: { readonly tensors: readonly string[]; readonly sinks: ReadonlySet<string> },
): Promise<Seen> {
  const values = await session.run(feeds);
  const read = (op: string, index: number) => values.get(`zeropoint/${op}/${index}`);
  const ranges = new Map<string, CalibratedRange>();
  for (const [index, tensor] of tensors.entries()) {
    const [min, max] = [read(reductions.min, index), read(reductions.max, index)];
    // Of no elements at all the least is infinite, and the greatest minus infinite.
    const isEmpty = min === Number.POSITIVE_INFINITY && max === Number.NEGATIVE_INFINITY;
    if (min !== undefined && max !== undefined && !isEmpty) ranges.set(tensor, { min, max });
  }
  const finite =
    [...ranges.values()].every(({ min, max }) => Number.isFinite(min) && Number.isFinite(max)) &&
    [...sinks].every((_, index) => !Number.isNaN(read(reductions.nan, index)));
  return { ranges, finite };
}

function widen(seen: CalibratedRange | undefined, { min, max }: CalibratedRange): CalibratedRange {
  return seen ? { min: Math.min(seen.min, min), max: Math.max(seen.max, max) } : { min, max };
}

/** The widest of a group's ranges for each of its members; { 0, 0 } where no sample had an element. */
function sharedRanges(
  subjects: readonly Subject[],
  ranges: ReadonlyMap<string, CalibratedRange>,
): ReadonlyMap<string, CalibratedRange> {
  const shared = new Map<string, CalibratedRange>();
  for (const subject of subjects) {
    const seen = subject.flatMap((tensor) => ranges.get(tensor) ?? []);
    const [first = { min: 0, max: 0 }] = seen;
    const widest = seen.reduce<CalibratedRange>(widen, first);
    for (const tensor of subject) shared.set(tensor, widest);
  }
  return shared;
}

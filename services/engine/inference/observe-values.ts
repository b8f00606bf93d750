import { dtypes } from '#engine/formats/dtype.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import type { CalibratedRange, CalibrationMethod } from '#engine/numerics/calibration/calibrator.ts';
import { collectPass, type PassOptions } from './collect-pass.ts';
import { createDataRecord } from './data-record.ts';
import { type FirstSight, lookAtFirst } from './first-batch.ts';
import { doesFixedWork } from './fixed-work.ts';
import { CoupledSamples } from './joint-run.ts';
import type { Collecting, Observation, ObserveOptions, Subject } from './observation.ts';
import { warnOfConstants } from './unchanging.ts';
import { cutPasses, type Sized } from './value-passes.ts';

/**
 * Ranges that calibrators choose from the values of tensors. Values of a few batches are in memory at a time: where
 * those of one batch alone would take too much, the data is gone through more than once, each time for some tensors.
 * Errors: CALIBRATION_MISMATCH, naming the sample and the tensor, if a value is NaN or infinite.
 */
export async function observeValues(
  model: OnnxModel,
  { subjects, method, ...collecting }: ValuesOrder,
  options: ObserveOptions,
): Promise<Observation> {
  const { tensorsAtOnce = Number.POSITIVE_INFINITY } = options;
  const first = await lookAtFirst(model, { tensors: subjects.flat(), reaches: reachesFor(method, options) }, options);
  const sized = subjects.map((subject) => ({ subject, bytes: bytesOf(subject, first) }));
  const passes = cutPasses(sized, { bytes: bytesAtOnce, tensors: tensorsAtOnce });
  const joining = doesFixedWork(model.graph, options.kernels ?? 'as written') ? 'tried' : 'never';
  const all = { ...options, method, collecting, first };
  return collectAll(model, passes, { ...all, joining }).catch((error: unknown) => {
    if (!(error instanceof CoupledSamples)) throw error;
    return collectAll(model, passes, { ...all, joining: 'never' });
  });
}

type ValuesOrder = Collecting & { readonly subjects: readonly Subject[]; readonly method: CalibrationMethod };

async function collectAll(
  model: OnnxModel,
  passes: readonly (readonly Sized[])[],
  options: Omit<PassOptions, 'record'>,
): Promise<Observation> {
  const { dataset } = options;
  const record = createDataRecord(dataset);
  const ranges = new Map<string, CalibratedRange>();
  const constants = new Map<string, number>();
  const warnings = new Set<string>();
  const deviations: string[] = [];
  for (const [index, pass] of passes.entries()) {
    const results = await collectPass(model, pass, {
      ...options,
      record: index === 0 ? record : null,
      onProgress: (fraction) => options.onProgress((index + fraction) / passes.length),
    });
    for (const warning of results.warnings) warnings.add(warning);
    for (const [i, { range, constant, departures }] of results.subjects.entries()) {
      const subject = pass[i]?.subject ?? [];
      deviations.push(...departures.map((departure) => `${subject.join(', ')}: ${departure}`));
      for (const tensor of subject) {
        ranges.set(tensor, range);
        if (constant !== null) constants.set(tensor, constant);
      }
    }
  }
  return {
    ranges,
    samples: dataset.samples,
    warnings: [...warnings, ...warnOfConstants(constants, dataset.samples)],
    deviations,
    data: record.data(),
  };
}

/** Values of one run; as much again is being reduced meanwhile. */
const bytesAtOnce = 256 * 2 ** 20;

/** Only of `entropy` does a result hang on a last bit. */
function reachesFor({ kind }: CalibrationMethod, { kernels }: ObserveOptions): 'wanted' | 'unwanted' {
  return kind === 'entropy' && kernels === 'fastest' ? 'wanted' : 'unwanted';
}

function bytesOf(subject: Subject, first: ReadonlyMap<string, FirstSight>): number {
  return subject.reduce((sum, tensor) => sum + (first.get(tensor)?.elements ?? 0) * dtypes.float32.bytes, 0);
}

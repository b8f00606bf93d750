import type { QuantizeJob } from '#contract/backend.ts';
import type { CalibrationData } from '#contract/outcome.ts';
import { type TorchSettings, torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import { openDataset } from '#engine/inference/dataset.ts';
import type { ObserveOptions } from '#engine/inference/observation.ts';
import type { CalibrationMethod } from '#engine/numerics/calibration/calibrator.ts';
import { requireCalibration } from '../../require-calibration.ts';
import { tellCalibration } from '../../tell-calibration.ts';
import type { ModuleDecision } from '../decide/decide-quantizers.ts';
import type { NetworkInGraph } from '../network/network.ts';
import { smoothable } from '../weights/smoothable.ts';
import { deviationsOfCalls, warnOfCalls } from './calibration-words.ts';
import { inputCalls } from './input-calls.ts';
import { observeInputs, observeSmoothed } from './observe-inputs.ts';

export type Calibration = {
  /** By name of the input quantizer; those that the graph never calls have none. */
  readonly amaxOf: ReadonlyMap<string, number>;
  /** For SmoothQuant: max |x| of each input channel of the modules that it smooths, by name of the input quantizer. */
  readonly channelsOf: ReadonlyMap<string, Float32Array>;
  /** null: nothing had to be seen. */
  readonly samples: number | null;
  readonly data: CalibrationData | null;
  readonly warnings: readonly string[];
  readonly deviations: readonly string[];
};

/**
 * Runs the companion on the calibration data and finds the amax of every enabled input quantizer, as ModelOpt's
 * calibrators do: `max`, or a histogram with `entropy` or `percentile`; the other algorithms are about weights. The
 * histogram is given batches of one sample where the recipe leaves their size open: memory is least then, and the bins
 * are finest.
 * Errors: CALIBRATION_MISSING; CALIBRATION_MISMATCH if the data does not fit the graph or gives NaN.
 */
export async function calibrateActivations(
  job: QuantizeJob,
  { companion }: NetworkInGraph,
  decisions: readonly ModuleDecision[],
): Promise<Calibration> {
  const since = performance.now();
  const settings = torchSettings(job.recipe);
  const calls = inputCalls(companion, decisions);
  const method = methodOf(settings);
  const { max_samples: most, seed } = settings;
  const dataset = await openDataset({
    file: requireCalibration(job.files),
    ports: companion.graph.graph.inputs,
    batchSize: job.batchSize ?? settings.batch_size,
    remainder: 'last',
    ...(most === null ? {} : { draw: { most, seed } }),
  });
  try {
    const options: ObserveOptions = {
      dataset,
      signal: job.signal,
      onProgress: (fraction) => job.report.progress('calibrate', fraction),
      device: job.recipe.device,
      name: job.files.graph?.name ?? 'the companion graph',
      // Another order of float32 sums changes last places, as PyTorch's own order does.
      kernels: 'fastest',
      ...(job.threads === undefined ? {} : { threads: job.threads }),
    };
    const toSmooth =
      settings.method === 'smoothquant' ? smoothable(calls.inputs, decisions.flatMap(quantizersOf)) : null;
    const { warnings, deviations, ...seen } = toSmooth?.channelsOf.size
      ? await observeSmoothed(calls, toSmooth.channelsOf, options)
      : await observeInputs(calls, method, options);
    const said = toSmooth?.channelsOf.size ? 'smoothquant' : method.kind;
    tellCalibration(job.report, { method: said, tensors: seen.amaxOf.size, data: seen.data, since });
    return {
      ...seen,
      warnings: [...warnings, ...(toSmooth?.warnings ?? []), ...warnOfCalls(calls, seen.amaxOf)],
      deviations: [...deviations, ...deviationsOfCalls(calls, settings.method)],
    };
  } finally {
    await dataset.close();
  }
}

const quantizersOf = ({ quantizers }: ModuleDecision) => quantizers;

function methodOf({ method, percentile }: TorchSettings): { readonly kind: 'max' } | CalibrationMethod {
  if (method === 'entropy') return { kind: 'torch-entropy' };
  return method === 'percentile' ? { kind: 'torch-percentile', percentile } : { kind: 'max' };
}

import type { QuantizeJob } from '#contract/backend.ts';
import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import { concatGroups } from '#engine/graph/insert/concat-groups.ts';
import type { GraphView } from '#engine/graph/view.ts';
import type { Observation, ObserveOrder } from '#engine/inference/observation.ts';
import { observe } from '#engine/inference/observe.ts';
import type { KernelChoice } from '#engine/inference/session.ts';
import type { CalibratedRange } from '#engine/numerics/calibration/calibrator.ts';
import { tellCalibration } from '../tell-calibration.ts';
import { askedBatchSize, openCalibration } from './calibration-data.ts';
import { conventionsOf } from './conventions.ts';
import type { Placement } from './decide.ts';
import type { Network } from './network.ts';

/** Ranges of the activations among the quantized tensors, over all calibration samples. */
export async function calibrate(
  network: Network,
  placement: Placement,
  { job, settings }: { readonly job: QuantizeJob; readonly settings: OnnxSettings },
): Promise<Observation> {
  const since = performance.now();
  const method = methodOf(settings);
  const groups = sharedScales(network, placement, settings);
  const tensors = observed(network, placement, groups);
  const { view } = network;
  const { model } = network.cut;
  const dataset = await openCalibration(
    model,
    { files: job.files, settings },
    job.batchSize ?? askedBatchSize(model, settings),
  );
  try {
    const observation = await observe(
      model,
      { tensors, groups, method },
      {
        dataset,
        signal: job.signal,
        device: job.recipe.device,
        name: job.files.model.name,
        kernels: kernelsFor(network, settings),
        nonFinite: conventionsOf(settings).nonFinite,
        ...(settings.calibrate_per_node ? { tensorsAtOnce: 1 } : {}),
        ...(job.threads === undefined ? {} : { threads: job.threads }),
        onProgress: (fraction) => job.report.progress('calibrate', fraction),
      },
    );
    tellCalibration(job.report, {
      method: method.kind,
      tensors: observation.ranges.size,
      data: observation.data,
      since,
    });
    return { ...observation, ranges: withSoftmaxes(view, observation.ranges) };
  } finally {
    await dataset.close();
  }
}

/** In another order of float32 sums the last places of a range change. What is stored as float16 is rounded node by node. */
function kernelsFor({ model }: Network, { compat }: OnnxSettings): KernelChoice {
  const halves = [...model.graph.initializers, ...model.graph.inputs].some(({ dtype }) => dtype === 'float16');
  return compat !== null || halves ? 'as written' : 'fastest';
}

function methodOf(settings: OnnxSettings): ObserveOrder['method'] {
  const { method, percentile, mode } = settings;
  if (method !== 'entropy' && conventionsOf(settings).otherMethods === 'max') return { kind: 'max' };
  switch (method) {
    case 'percentile':
      return { kind: method, percentile };
    case 'mse':
      return { kind: method, mode };
    default:
      return { kind: method };
  }
}

type Groups = readonly ReadonlySet<string>[];

/** Tensors that a Concat joins share a scale, unless the recipe leaves that pass out. */
function sharedScales({ view }: Network, { selected }: Placement, { passes }: OnnxSettings): Groups {
  return passes.includes('concat_elimination') ? concatGroups(view, selected) : [];
}

/** Activations with a scale of their own, and those that have a say in the scale of their group. */
function observed(network: Network, { tensors }: Placement, groups: Groups): readonly string[] {
  const own = tensors.filter(({ sameAs }) => sameAs === undefined).map(({ tensor }) => tensor);
  const wanted = new Set(own);
  const joined = groups
    .filter((group) => [...group].some((tensor) => wanted.has(tensor)))
    .flatMap((group) => [...group]);
  return [...new Set([...own, ...joined])].filter(
    (tensor) => !network.weights.has(tensor) && network.floatType(tensor) !== null,
  );
}

/** What a Softmax makes is in [0, 1] whatever was seen. */
function withSoftmaxes(
  view: GraphView,
  seen: ReadonlyMap<string, CalibratedRange>,
): ReadonlyMap<string, CalibratedRange> {
  return new Map(
    [...seen].map(([tensor, range]) => [tensor, view.producer(tensor)?.op === 'Softmax' ? { min: 0, max: 1 } : range]),
  );
}

import type { QuantizeJob } from '#contract/backend.ts';
import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import { concatGroups } from '#engine/graph/insert/concat-groups.ts';
import { type Observation, observeRanges, type Range } from '#engine/inference/observe-range.ts';
import { batchSizeOf, openCalibration } from './calibration-data.ts';
import type { Placement } from './decide.ts';
import type { Network } from './network.ts';

/** Ranges of the activations among the quantized tensors, over all calibration samples. */
export async function calibrate(
  network: Network,
  placement: Placement,
  { job, settings }: { readonly job: QuantizeJob; readonly settings: OnnxSettings },
): Promise<Observation> {
  const groups = sharedScales(network, placement, settings);
  const tensors = observed(network, placement, groups);
  if (tensors.length === 0) return { ranges: new Map(), samples: 0, warnings: [] };
  const batchSize = job.batchSize ?? batchSizeOf(network.model, settings);
  const dataset = await openCalibration(network.model, job.files, batchSize);
  try {
    const observation = await observeRanges(network.model, tensors, {
      dataset,
      signal: job.signal,
      device: job.recipe.device,
      name: job.files.model.name,
      onProgress: (fraction) => job.report.progress('calibrate', fraction),
    });
    return { ...observation, ranges: adjusted(network, groups, observation.ranges) };
  } finally {
    await dataset.close();
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

/** A group has the widest range of its members; what a Softmax makes is in [0, 1] whatever was seen. */
function adjusted(network: Network, groups: Groups, seen: ReadonlyMap<string, Range>): ReadonlyMap<string, Range> {
  const ranges = new Map(seen);
  for (const group of groups) {
    const members = [...group].flatMap((tensor) => seen.get(tensor) ?? []);
    const widest = members.reduce(
      (wide, range) => ({
        min: Math.min(wide.min, range.min),
        max: Math.max(wide.max, range.max),
      }),
      { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY },
    );
    for (const tensor of group) if (seen.has(tensor)) ranges.set(tensor, widest);
  }
  for (const tensor of seen.keys())
    if (network.view.producer(tensor)?.op === 'Softmax') ranges.set(tensor, { min: 0, max: 1 });
  return ranges;
}

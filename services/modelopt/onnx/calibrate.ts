import type { QuantizeJob } from '#contract/backend.ts';
import { concatGroups } from '#engine/graph/insert/concat-groups.ts';
import { openDataset } from '#engine/inference/dataset.ts';
import { type Observation, observeRanges, type Range } from '#engine/inference/observe-range.ts';
import { requireCalibration } from '../require-calibration.ts';
import type { Placement } from './decide.ts';
import type { Network } from './network.ts';

/**
 * Samples in one run. ModelOpt runs one at a time where the graph leaves its batch open; a maximum over samples is the
 * same however they are grouped, so that only its decisions about shapes (`firstSample`) follow the single sample.
 */
const defaultBatchSize = 32;

/** Ranges of the activations among the quantized tensors, over all calibration samples. */
export async function calibrate(network: Network, placement: Placement, job: QuantizeJob): Promise<Observation> {
  const tensors = placement.tensors.map(({ tensor }) => tensor).filter((tensor) => !network.weights.has(tensor));
  const dataset = await openDataset({
    file: requireCalibration(job.files),
    ports: network.model.graph.inputs,
    batchSize: job.batchSize ?? defaultBatchSize,
  });
  try {
    const observation = await observeRanges(network.model, tensors, {
      dataset,
      signal: job.signal,
      device: job.recipe.device,
      name: job.files.model.name,
      onProgress: (fraction) => job.report.progress('calibrate', fraction),
    });
    return { ...observation, ranges: adjusted(network, placement, observation.ranges) };
  } finally {
    await dataset.close();
  }
}

/** Tensors that a Concat joins share the widest range; what a Softmax makes is in [0, 1] whatever was seen. */
function adjusted(
  network: Network,
  placement: Placement,
  seen: ReadonlyMap<string, Range>,
): ReadonlyMap<string, Range> {
  const ranges = new Map(seen);
  for (const group of concatGroups(network.view, placement.selected)) {
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

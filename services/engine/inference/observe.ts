import { createHash } from 'node:crypto';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { type Observation, type ObserveOptions, type ObserveOrder, subjectsOf } from './observation.ts';
import { observeRanges } from './observe-ranges.ts';
import { observeValues } from './observe-values.ts';

/**
 * Ranges of activations over all samples. `max` is reduced inside the graph, in batches of whatever size is fast. Other
 * methods are given the values, in batches of `dataset.batchSize` or else of one sample, as ModelOpt gives them.
 * Memory grows neither with samples nor with tensors.
 * Errors: CALIBRATION_MISMATCH, naming the sample and the tensor, if a value is NaN or infinite; those of `openSession`.
 */
export async function observe(model: OnnxModel, order: ObserveOrder, options: ObserveOptions): Promise<Observation> {
  const subjects = subjectsOf(order);
  if (subjects.length === 0) return nothing(options);
  const { method } = order;
  const observation = await (method.kind === 'max'
    ? observeRanges(model, subjects, options)
    : observeValues(model, { ...order, subjects, method }, options));
  return { ...observation, warnings: [...(options.dataset.warnings ?? []), ...observation.warnings] };
}

function nothing({ dataset: { random } }: ObserveOptions): Observation {
  const digest = createHash('sha256').digest('hex');
  return { ranges: new Map(), samples: 0, warnings: [], deviations: [], data: { samples: 0, ids: [], digest, random } };
}

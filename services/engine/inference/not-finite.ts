import { InputError } from '#contract/failure.ts';
import { firstNotFinite } from '#engine/formats/npy/refuse-not-finite.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import type { Batch } from './dataset.ts';
import type { ObserveOptions } from './observation.ts';
import { withOutputs } from './probe.ts';
import { openSession } from './session.ts';

type Found = { readonly tensor: string; readonly value: string; readonly sample: number };

/**
 * Runs a batch that held a NaN or an infinity once more, sample by sample where the graph allows it, to name the first
 * sample and the first tensor that has one: in the calibration data, or else among `tensors` in the order of the graph.
 */
export async function locateNotFinite(
  model: OnnxModel,
  tensors: readonly string[],
  { batch, options }: { readonly batch: Batch; readonly options: ObserveOptions },
): Promise<InputError> {
  const { dataset } = options;
  const alone = dataset.fixedBatch === null;
  const portions = alone
    ? Array.from({ length: batch.count }, (_, i) => ({ start: batch.start + i, count: 1, repeated: 0 }))
    : [batch];
  for (const portion of portions) {
    const { feeds } = await dataset.read(portion);
    const given = firstOf(feeds, portion);
    if (given) return inData(given, options);
  }
  const wanted = new Set(tensors);
  const made = model.graph.nodes.flatMap(({ outputs }) => outputs).filter((tensor) => wanted.has(tensor));
  const session = await openSession(withOutputs(model, made), options);
  try {
    for (const portion of portions) {
      const { feeds } = await dataset.read(portion);
      const found = firstOf(await session.run(feeds, made), portion);
      if (found) return inGraph(found, { alone, batch, options });
    }
  } finally {
    await session.close();
  }
  const last = batch.start + batch.count - 1;
  return new InputError(
    'CALIBRATION_MISMATCH',
    `A NaN or an infinite value comes up inside the graph with the samples ${dataset.idOf(batch.start)} to ${dataset.idOf(last)} of ${dataset.name}; no scale can be taken from that.`,
    { remedy: 'Look for a division by zero or an overflow in the network.' },
  );
}

function firstOf(
  values: Batch['feeds'],
  { start, count, repeated }: Pick<Batch, 'start' | 'count' | 'repeated'>,
): Found | null {
  for (const [tensor, { dtype, bytes, shape }] of values) {
    const wrong = firstNotFinite({ dtype, bytes });
    if (!wrong) continue;
    const perSample = shape.reduce((product, dimension) => product * dimension, 1) / (count + repeated);
    return { tensor, value: wrong.value, sample: start - repeated + Math.floor(wrong.index / perSample) };
  }
  return null;
}

function inData({ tensor, value, sample }: Found, { dataset }: ObserveOptions): InputError {
  return new InputError(
    'CALIBRATION_MISMATCH',
    `${dataset.name} holds ${value} in ${tensor}, sample ${dataset.idOf(sample)}; no scale can be taken from that.`,
    { remedy: 'Repair or leave out such samples.' },
  );
}

type Where = { readonly alone: boolean; readonly batch: Batch; readonly options: ObserveOptions };

function inGraph({ tensor, value, sample }: Found, { alone, batch, options: { dataset } }: Where): InputError {
  const last = batch.start + batch.count - 1;
  const which = alone
    ? `sample ${dataset.idOf(sample)} gives`
    : `samples ${dataset.idOf(batch.start)} to ${dataset.idOf(last)} give`;
  return new InputError(
    'CALIBRATION_MISMATCH',
    `In ${dataset.name} ${which} ${value} in tensor ${tensor}; no scale can be taken from that.`,
    { remedy: 'The data is finite: look for a division by zero, a logarithm or an overflow in the network before it.' },
  );
}

import { InputError } from '#contract/failure.ts';
import { makeInt } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { float16ToNumber } from '#engine/numerics/float16.ts';
import type { Dataset } from './dataset.ts';
import { probe, withProbes } from './probe.ts';
import { openSession, type SessionOptions } from './session.ts';
import { floats, type TensorValue } from './tensor-value.ts';

export type Range = { readonly min: number; readonly max: number };

export type Observation = {
  readonly ranges: ReadonlyMap<string, Range>;
  readonly samples: number;
  readonly warnings: readonly string[];
};

export type ObserveOptions = SessionOptions & {
  readonly dataset: Dataset;
  readonly signal: AbortSignal;
  /** `fraction` of the samples that are done. */
  readonly onProgress: (fraction: number) => void;
};

/**
 * Minimum and maximum of named floating-point tensors over all samples, in float32 (as ORT's MinMaxCalibrater has
 * them). Reduced inside the graph: three scalars a tensor leave the runtime after each batch, so memory does not
 * grow with samples or tensors.
 * Errors: CALIBRATION_MISMATCH naming the tensor if a value is NaN or infinite: a scale from it would be useless.
 */
export async function observeRanges(
  model: OnnxModel,
  tensors: readonly string[],
  options: ObserveOptions,
): Promise<Observation> {
  const ranges = new Map<string, Range>();
  const { dataset, signal } = options;
  if (tensors.length === 0) return { ranges, samples: 0, warnings: [] };
  const probes = tensors.flatMap((tensor, index) =>
    reductions.map((op) => probe(op, tensor, { index, attributes: [makeInt('keepdims', 0)] })),
  );
  const session = await openSession(withProbes(model, probes), options);
  try {
    let done = 0;
    for await (const batch of dataset.batches()) {
      signal.throwIfAborted();
      const values = await session.run(batch.feeds, session.outputNames);
      tensors.forEach((tensor, index) => {
        const [min, max, magnitude] = reductions.map((op) => scalar(values, `zeropoint/${op}/${index}`));
        if (min === undefined || max === undefined) return;
        refuseNonFinite({
          tensor,
          min,
          max,
          magnitude: magnitude ?? 0,
          first: batch.start - batch.repeated,
          last: batch.start + batch.count - 1,
        });
        const seen = ranges.get(tensor);
        ranges.set(tensor, seen ? { min: Math.min(seen.min, min), max: Math.max(seen.max, max) } : { min, max });
      });
      done += batch.count;
      options.onProgress(done / dataset.samples);
    }
    return { ranges, samples: done, warnings: session.warnings };
  } finally {
    await session.close();
  }
}

/** Minimum and maximum pass over NaN in some kernels; a sum of magnitudes does not, and infinite parts cannot cancel in it. */
const reductions = ['ReduceMin', 'ReduceMax', 'ReduceL1'] as const;

function refuseNonFinite(seen: Range & { tensor: string; magnitude: number; first: number; last: number }): void {
  if (Number.isFinite(seen.min) && Number.isFinite(seen.max) && !Number.isNaN(seen.magnitude)) return;
  const what = Number.isNaN(seen.magnitude) || Number.isNaN(seen.min) ? 'a NaN' : 'an infinite value';
  throw new InputError(
    'CALIBRATION_MISMATCH',
    `The calibration samples ${seen.first} to ${seen.last} give ${what} in tensor ${seen.tensor}; no scale can be taken from that.`,
    {
      remedy: 'Look for NaN or infinity in the calibration data, or for a division by zero in the network.',
    },
  );
}

function scalar(values: ReadonlyMap<string, TensorValue>, name: string): number | undefined {
  const value = values.get(name);
  if (!value || value.bytes.length === 0) return undefined;
  if (value.dtype === 'float16') return float16ToNumber((value.bytes[0] ?? 0) | ((value.bytes[1] ?? 0) << 8));
  if (value.dtype !== 'float32') throw new Error(`${name} is ${value.dtype}; only floating-point tensors are observed`);
  return floats(value)[0];
}

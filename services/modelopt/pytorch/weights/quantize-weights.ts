import type { QuantizeJob } from '#contract/backend.ts';
import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import { readWeight } from '#engine/companion/read-weight.ts';
import { isPackable } from '../compressed/packable.ts';
import { roundTripWeight } from '../compressed/round-trip-weight.ts';
import type { Network } from '../network/network.ts';
import { type Buffers, quantizerName } from '../quantizer.ts';
import { fakeQuantizeWeight } from './fake-quantize-weight.ts';
import { weightAmax } from './weight-amax.ts';
import { mseAmax } from './weight-amax-mse.ts';

export type QuantizedWeights = {
  /** By quantizer name. */
  readonly buffersOf: ReadonlyMap<string, Buffers>;
  /** Weights as the quantized network computes with them, by tensor name; empty where nothing is evaluated. */
  readonly replacements: ReadonlyMap<string, Float32Array>;
};

/** Finds the amax of every enabled weight quantizer, one weight after the other. `changed`: what an algorithm made of some, by tensor name. */
export async function quantizeWeights(
  job: QuantizeJob,
  { checkpoint, decided, companion }: Network,
  changed: ReadonlyMap<string, Float32Array>,
): Promise<QuantizedWeights> {
  const { method, compress } = torchSettings(job.recipe);
  const buffersOf = new Map<string, Buffers>();
  const replacements = new Map<string, Float32Array>();
  const isEvaluated = job.files.evaluation !== undefined && companion !== null;
  const quantizers = decided.decisions
    .flatMap((decision) =>
      decision.quantizers.map((quantizer) => ({ quantizer, isPacked: compress && isPackable(decision, quantizer) })),
    )
    .filter(({ quantizer: { weight, isEnabled } }) => weight !== null && isEnabled);
  for (const [done, { quantizer, isPacked }] of quantizers.entries()) {
    job.signal.throwIfAborted();
    const { weight, axis, format } = quantizer;
    if (weight === null) continue;
    const values = changed.get(weight.name) ?? (await readWeight(checkpoint, weight));
    const largest = weightAmax({ name: weight.name, values, shape: weight.shape }, axis);
    const _amax = method === 'mse' ? mseAmax(values, largest, format) : largest;
    buffersOf.set(quantizerName(quantizer), { _amax });
    const round = isPacked ? roundTripWeight(weight) : fakeQuantizeWeight;
    if (isEvaluated) replacements.set(weight.name, round(values, _amax, format));
    job.report.progress('quantize', (done + 1) / quantizers.length);
  }
  return { buffersOf, replacements };
}

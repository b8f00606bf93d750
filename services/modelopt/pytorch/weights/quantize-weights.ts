import type { QuantizeJob } from '#contract/backend.ts';
import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { WeightSource } from '#engine/companion/weights/weight-source.ts';
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
  /** Weights as the quantized network computes with them: rounded again whenever one is asked for. */
  readonly replacements: WeightSource;
};

/** Finds the amax of every enabled weight quantizer, one weight after the other. `weights`: as an algorithm left them. */
export async function quantizeWeights(
  job: QuantizeJob,
  { decided }: Network,
  weights: WeightSource,
): Promise<QuantizedWeights> {
  const { method, compress } = torchSettings(job.recipe);
  const buffersOf = new Map<string, Buffers>();
  const roundings = new Map<string, (values: Float32Array) => Float32Array>();
  const quantizers = decided.decisions
    .flatMap((decision) =>
      decision.quantizers.map((quantizer) => ({ quantizer, isPacked: compress && isPackable(decision, quantizer) })),
    )
    .filter(({ quantizer: { weight, isEnabled } }) => weight !== null && isEnabled);
  for (const [done, { quantizer, isPacked }] of quantizers.entries()) {
    job.signal.throwIfAborted();
    const { weight, axis, format } = quantizer;
    if (weight === null) continue;
    const values = await weights.read(weight.name);
    const largest = weightAmax({ name: weight.name, values, shape: weight.shape }, axis);
    const _amax = method === 'mse' ? mseAmax(values, largest, format) : largest;
    buffersOf.set(quantizerName(quantizer), { _amax });
    const round = isPacked ? roundTripWeight(weight) : fakeQuantizeWeight;
    roundings.set(weight.name, (given) => round(given, _amax, format));
    job.report.progress('quantize', (done + 1) / quantizers.length);
  }
  return { buffersOf, replacements: roundedWeights(weights, roundings) };
}

function roundedWeights(
  weights: WeightSource,
  roundings: ReadonlyMap<string, (values: Float32Array) => Float32Array>,
): WeightSource {
  return {
    has: (name) => roundings.has(name),
    async read(name) {
      const values = await weights.read(name);
      return roundings.get(name)?.(values) ?? values;
    },
  };
}

import type { QuantizeJob } from '#contract/backend.ts';
import { listNames } from '#contract/list-names.ts';
import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import { checkpointWeights } from '#engine/companion/weights/checkpoint-weights.ts';
import type { WeightSource } from '#engine/companion/weights/weight-source.ts';
import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { viewKey } from '#engine/formats/pth/view-key.ts';
import type { Calibration } from '../calibrate/calibrate-activations.ts';
import type { Network } from '../network/network.ts';
import { quantizerName } from '../quantizer.ts';
import { divideChannels, smooth } from './smoothquant.ts';

/** By name of the input quantizer: its amax, and what SmoothQuant multiplies the input with before. */
export type CalibratedInputs = ReadonlyMap<string, { readonly amax: number; readonly preScale: Float32Array | null }>;

export type SmoothedWeights = {
  readonly inputs: CalibratedInputs;
  /** Weights that are other ones now. */
  readonly changed: WeightSource;
  readonly warnings: readonly string[];
};

/** Divides the weights of modules whose channels were observed as SmoothQuant does; without any, nothing changes. */
export async function smoothWeights(
  job: QuantizeJob,
  { checkpoint, decided }: Network,
  { amaxOf, channelsOf }: Calibration,
): Promise<SmoothedWeights> {
  const alpha = torchSettings(job.recipe).smoothquant_alpha;
  const inputs = new Map([...amaxOf].map(([name, amax]) => [name, { amax, preScale: null as Float32Array | null }]));
  const weightOf = new Map(decided.decisions.map(({ module }) => [module.name, module.weight]));
  /** What a tensor is divided by, one after the other. */
  const divisors = new Map<string, readonly Float32Array[]>();
  const changed = dividedWeights(checkpointWeights(checkpoint), divisors);
  const namesOf = namesByView(checkpoint);
  const warnings: string[] = [];
  for (const quantizer of decided.decisions.flatMap(({ quantizers }) => quantizers)) {
    job.signal.throwIfAborted();
    const channels = channelsOf.get(quantizerName(quantizer));
    const weight = weightOf.get(quantizer.module);
    if (!channels || !weight) continue;
    const values = await changed.read(weight.name);
    const { amax, preQuantScale } = smooth({ values, channels, alpha });
    inputs.set(quantizerName(quantizer), { amax, preScale: preQuantScale });
    const names = namesOf(weight);
    for (const name of names) divisors.set(name, [...(divisors.get(name) ?? []), preQuantScale]);
    if (names.length > 1) warnings.push(tied(names));
  }
  return { inputs, changed, warnings };
}

/** Read and divided again each time, so that none stays in memory. What `own` reads is new each time, and divided in its place. */
function dividedWeights(own: WeightSource, divisors: ReadonlyMap<string, readonly Float32Array[]>): WeightSource {
  return {
    has: (name) => divisors.has(name),
    read: async (name) => (divisors.get(name) ?? []).reduce(divideChannels, await own.read(name)),
  };
}

/** The names of tensors that are one, itself among them. */
function namesByView({ tensors }: Checkpoint): (tensor: CheckpointTensor) => readonly string[] {
  const names = new Map<string, string[]>();
  for (const tensor of tensors) {
    const key = viewKey(tensor);
    const same = names.get(key);
    if (same) same.push(tensor.name);
    else names.set(key, [tensor.name]);
  }
  return (tensor) => names.get(viewKey(tensor)) ?? [tensor.name];
}

const tied = (names: readonly string[]): string =>
  `${listNames(names)} are one tensor. SmoothQuant divides it for one of them, as ModelOpt does, and the others compute with it too: look at the accuracy, or leave the layer out.`;

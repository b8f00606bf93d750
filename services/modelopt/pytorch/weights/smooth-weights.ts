import type { QuantizeJob } from '#contract/backend.ts';
import { listNames } from '#contract/list-names.ts';
import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import { readWeight } from '#engine/companion/read-weight.ts';
import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import type { Calibration } from '../calibrate/calibrate-activations.ts';
import type { Network } from '../network/network.ts';
import { quantizerName } from '../quantizer.ts';
import { smooth } from './smoothquant.ts';

/** By name of the input quantizer: its amax, and what SmoothQuant multiplies the input with before. */
export type CalibratedInputs = ReadonlyMap<string, { readonly amax: number; readonly preScale: Float32Array | null }>;

export type SmoothedWeights = {
  readonly inputs: CalibratedInputs;
  /** Weights that are other ones now, by tensor name. */
  readonly changed: ReadonlyMap<string, Float32Array>;
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
  const changed = new Map<string, Float32Array>();
  const warnings: string[] = [];
  for (const quantizer of decided.decisions.flatMap(({ quantizers }) => quantizers)) {
    job.signal.throwIfAborted();
    const channels = channelsOf.get(quantizerName(quantizer));
    const weight = weightOf.get(quantizer.module);
    if (!channels || !weight) continue;
    const before = changed.get(weight.name) ?? (await readWeight(checkpoint, weight));
    const { values, amax, preQuantScale } = smooth({ values: before, channels, alpha });
    inputs.set(quantizerName(quantizer), { amax, preScale: preQuantScale });
    const names = sameTensors(checkpoint, weight).map(({ name }) => name);
    for (const name of names) changed.set(name, values);
    if (names.length > 1) warnings.push(tied(names));
  }
  return { inputs, changed, warnings };
}

/** Those that show the same elements of one storage, itself among them. */
function sameTensors({ tensors }: Checkpoint, wanted: CheckpointTensor): readonly CheckpointTensor[] {
  const key = ({ storageKey, storageOffset, shape, strides, dtype }: CheckpointTensor) =>
    JSON.stringify([storageKey, storageOffset, shape, strides, dtype]);
  return tensors.filter((tensor) => tensor.name === wanted.name || key(tensor) === key(wanted));
}

const tied = (names: readonly string[]): string =>
  `${listNames(names)} are one tensor. SmoothQuant divides it for one of them, as ModelOpt does, and the others compute with it too: look at the accuracy, or leave the layer out.`;

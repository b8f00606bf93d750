import type { Companion, CompanionModule, ModuleInput } from '#engine/companion/companion.ts';
import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { inferModules, type ModuleInfo } from '#engine/modules/infer-modules.ts';
import { withoutPrefix } from '#engine/modules/without-prefix.ts';
import { quantizableClass } from '../decide/quantizer-table.ts';

export type NetworkModule = {
  /** Without the prefix that the result loses: the name in the network that restores it. */
  readonly name: string;
  /** As the checkpoint has it, where that is another name. */
  readonly names: readonly string[];
  readonly class: string;
  readonly evidence: string;
  /** The evidence fits other classes too. */
  readonly assumed: boolean;
  readonly weight: CheckpointTensor | null;
  /** Everything that ModelOpt puts a weight quantizer on: of a recurrent module several. */
  readonly weights: readonly CheckpointTensor[];
  /** What the module is called with in the graph; empty if the graph never calls it or does not show it. */
  readonly inputs: readonly ModuleInput[];
};

/** What is known beside the checkpoint. */
export type Surroundings = {
  readonly companion: Companion | null;
  /** What names lose in front. */
  readonly prefix: string;
};

/**
 * The modules of the checkpoint and those that only the graph knows (poolings), in the checkpoint's order. What
 * the graph says of a class wins over what shapes suggest.
 */
export function networkModules(checkpoint: Checkpoint, { companion, prefix }: Surroundings): NetworkModule[] {
  const strip = (name: string) => withoutPrefix(name, prefix);
  const inGraph = new Map((companion?.modules ?? []).map((module) => [module.name, module]));
  const recurrent = recurrentWeights(checkpoint);
  const inferred = inferModules(checkpoint).map((module): NetworkModule => {
    const name = strip(module.name);
    const seen = inGraph.get(name);
    inGraph.delete(name);
    const { weight } = module;
    return {
      name,
      names: name === module.name ? [name] : [name, module.name],
      ...surestClass(module, seen),
      weight,
      weights: recurrent.get(module.name) ?? (weight === null ? [] : [weight]),
      inputs: seen?.inputs ?? [],
    };
  });
  const places = new Map([...checkpoint.modules.keys()].map((path, place) => [strip(path), place]));
  const order = ({ name }: NetworkModule) => places.get(name) ?? Number.POSITIVE_INFINITY;
  const modules = [...inferred, ...[...inGraph.values()].flatMap(withoutTensors)];
  return places.size > 0 ? modules.toSorted((a, b) => order(a) - order(b) || 0) : modules;
}

type KnownClass = Pick<NetworkModule, 'class' | 'evidence' | 'assumed'>;

/** A graph sees a product with the weight of an attention's out_proj, and not that no Linear was called for it. */
function surestClass(module: ModuleInfo, seen: CompanionModule | undefined): KnownClass {
  if (seen?.class && module.class !== 'NonDynamicallyQuantizableLinear')
    return { class: seen.class, evidence: seen.evidence, assumed: false };
  return { class: module.class, evidence: module.evidence, assumed: module.assumed };
}

/** `weight_ih_l0`, `weight_hh_l0`, `weight_ih_l0_reverse` … by module, in the checkpoint's order. */
function recurrentWeights({ tensors }: Checkpoint): ReadonlyMap<string, readonly CheckpointTensor[]> {
  const weights = new Map<string, CheckpointTensor[]>();
  for (const tensor of tensors) {
    const parts = /^(?:(.+)\.)?weight_(?:ih|hh|hr)_l\d+(?:_reverse)?$/.exec(tensor.name);
    if (!parts) continue;
    const [, module = ''] = parts;
    const own = weights.get(module);
    if (own) own.push(tensor);
    else weights.set(module, [tensor]);
  }
  return weights;
}

/** A quantizable class that owns tensors in PyTorch cannot be one of these. */
function withoutTensors({ name, class: className, evidence, inputs }: CompanionModule): NetworkModule[] {
  if (className === null || (quantizableClass(className) && needTensors.test(className))) return [];
  return [{ name, names: [name], class: className, evidence, assumed: false, weight: null, weights: [], inputs }];
}

const needTensors = /^(Linear|Conv|Embedding|LSTM|GRU|RNN)/;

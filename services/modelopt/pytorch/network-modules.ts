import type { Companion, CompanionModule, ModuleInput } from '#engine/companion/companion.ts';
import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { inferModules } from '#engine/modules/infer-modules.ts';
import { withoutPrefix } from '#engine/modules/without-prefix.ts';
import { isQuantizable } from './quantizer-table.ts';

export type NetworkModule = {
  /** Without the companion's prefix: the name in the network that restores the result. */
  readonly name: string;
  /** As the checkpoint has it, where that is another name. */
  readonly names: readonly string[];
  readonly class: string;
  readonly evidence: string;
  readonly weight: CheckpointTensor | null;
  /** What the module is called with in the graph; empty if the graph never calls it or does not show it. */
  readonly inputs: readonly ModuleInput[];
};

/**
 * The modules of the checkpoint and those that only the graph knows (poolings), in the checkpoint's order. What
 * the graph says of a class wins over what shapes suggest.
 */
export function networkModules(checkpoint: Checkpoint, companion: Companion): NetworkModule[] {
  const { prefix } = companion;
  const strip = (name: string) => withoutPrefix(name, prefix);
  const inGraph = new Map(companion.modules.map((module) => [module.name, module]));
  const inferred = inferModules(checkpoint).map((module): NetworkModule => {
    const name = strip(module.name);
    const seen = inGraph.get(name);
    inGraph.delete(name);
    return {
      name,
      names: name === module.name ? [name] : [name, module.name],
      ...(seen?.class
        ? { class: seen.class, evidence: seen.evidence }
        : { class: module.class, evidence: module.evidence }),
      weight: module.weight,
      inputs: seen?.inputs ?? [],
    };
  });
  const places = new Map([...checkpoint.modules.keys()].map((path, place) => [strip(path), place]));
  const order = ({ name }: NetworkModule) => places.get(name) ?? Number.POSITIVE_INFINITY;
  const modules = [...inferred, ...[...inGraph.values()].flatMap(withoutTensors)];
  return places.size > 0 ? modules.toSorted((a, b) => order(a) - order(b) || 0) : modules;
}

/** A quantizable class that owns tensors in PyTorch cannot be one of these. */
function withoutTensors({ name, class: className, evidence, inputs }: CompanionModule): NetworkModule[] {
  if (className === null || (isQuantizable(className) && needTensors.test(className))) return [];
  return [{ name, names: [name], class: className, evidence, weight: null, inputs }];
}

const needTensors = /^(Linear|Conv|Embedding)/;

import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { moduleRules } from './module-rules.ts';

/** A module of the network as far as its tensors tell. */
export type ModuleInfo = {
  /** Qualified name; '' is the root, listed only if it has tensors of its own. */
  readonly name: string;
  /** PyTorch's class name (`Linear`), or `unknown`. */
  readonly class: string;
  /** How the class is known, in a few words. */
  readonly evidence: string;
  /** The evidence fits other classes too: a rule of the recipe may say otherwise. */
  readonly assumed: boolean;
  /** The tensor that the class computes with; null for containers and activations. */
  readonly weight: CheckpointTensor | null;
  readonly bias: CheckpointTensor | null;
};

/** A module's own tensors by the last part of their names, and what its surroundings say. */
export type ModuleTensors = {
  readonly name: string;
  readonly own: ReadonlyMap<string, CheckpointTensor>;
  /** The tensors of the module it is in. */
  readonly parent: ReadonlyMap<string, CheckpointTensor> | undefined;
  /** The class that the file states, with its path. */
  readonly stated: string | undefined;
  /** Whether it computes as a Linear, where the file tells. */
  readonly linearLike: boolean | undefined;
  /** The class of a weight that is quantized already. */
  readonly quantizedAs: string | undefined;
};

/**
 * The modules behind a state dict, in its own order. A state dict names tensors, not classes: each class is
 * inferred by the first of `moduleRules` that fits, and says by what.
 */
export function inferModules(checkpoint: Checkpoint): readonly ModuleInfo[] {
  const owners = groupByModule(checkpoint);
  return orderedNames(checkpoint, owners).map((name) => {
    const own = owners.get(name) ?? new Map<string, CheckpointTensor>();
    const weight = own.get('weight') ?? own.get('in_proj_weight') ?? own.get('weight_ih_l0') ?? null;
    const tensors: ModuleTensors = {
      name,
      own,
      parent: name === '' ? undefined : owners.get(parentOf(name)),
      stated: checkpoint.classes.get(name),
      linearLike: checkpoint.linearLike.get(name),
      quantizedAs: checkpoint.quantized.get(name === '' ? 'weight' : `${name}.weight`)?.class,
    };
    return { name, ...classify(tensors), weight, bias: own.get('bias') ?? null };
  });
}

function classify(tensors: ModuleTensors): Pick<ModuleInfo, 'class' | 'evidence' | 'assumed'> {
  for (const rule of moduleRules) {
    const found = rule(tensors);
    if (found) return found;
  }
  const evidence =
    tensors.own.size === 0
      ? 'it has no tensors of its own'
      : `its tensors fit no class: ${[...tensors.own.keys()].join(', ')}`;
  return { class: 'unknown', evidence, assumed: true };
}

function groupByModule({ tensors, quantized }: Checkpoint): ReadonlyMap<string, ReadonlyMap<string, CheckpointTensor>> {
  const owners = new Map<string, Map<string, CheckpointTensor>>();
  const ownTensors = (name: string) => {
    const own = owners.get(name) ?? new Map<string, CheckpointTensor>();
    owners.set(name, own);
    return own;
  };
  for (const tensor of tensors) {
    // The parts of a quantized weight stand one level below its name and are no tensors of a module.
    const whole = quantized.size === 0 ? undefined : prefixesOf(tensor.name).find((prefix) => quantized.has(prefix));
    if (whole !== undefined) ownTensors(parentOf(whole));
    else ownTensors(parentOf(tensor.name)).set(leafOf(tensor.name), tensor);
  }
  return owners;
}

/** `_metadata` and whole modules name every module in order; tensors name the ones that have any. */
function orderedNames({ modules, classes }: Checkpoint, owners: ReadonlyMap<string, unknown>): readonly string[] {
  const names = new Set([...modules.keys(), ...classes.keys(), ...owners.keys()]);
  if (!owners.has('')) names.delete('');
  return [...names];
}

function prefixesOf(name: string): string[] {
  const parts = name.split('.');
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(name.lastIndexOf('.'), 0));
}

function leafOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

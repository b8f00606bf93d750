import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { inferModules } from '#engine/modules/infer-modules.ts';
import { withoutPrefix } from '#engine/modules/without-prefix.ts';

/** A module of the checkpoint as the plan lists it. */
export type Layer = {
  readonly name: string;
  /** Its name in the result, then others that a pattern may use: the checkpoint's, and without what wrappers put in front. */
  readonly names: readonly string[];
  readonly class: string;
  readonly evidence: string;
  /** The class is a guess that a rule may overrule. */
  readonly assumed: boolean;
  readonly weight: CheckpointTensor | null;
};

/** Modules with tensors of their own, in the checkpoint's order; containers and activations have nothing to plan. */
export function layersOf(checkpoint: Checkpoint, prefix: string): readonly Layer[] {
  const modules = inferModules(checkpoint).filter(({ weight, bias }) => weight !== null || bias !== null);
  return modules.map((module) => {
    const name = withoutPrefix(module.name, prefix);
    return {
      name,
      names: namesOf(name, module.name),
      class: module.class,
      evidence: module.evidence,
      assumed: module.assumed,
      weight: module.weight,
    };
  });
}

function namesOf(name: string, inCheckpoint: string): readonly string[] {
  const unwrappedNames = unwrapped(inCheckpoint);
  if (name === inCheckpoint && unwrappedNames.length === 0) return [name];
  return [...new Set([name, inCheckpoint, ...unwrappedNames])];
}

/** DataParallel, `torch.compile` and Lightning put these in front of the names of the network inside. */
const wrappers = ['module.', '_orig_mod.', 'model.'] as const;

function unwrapped(name: string): readonly string[] {
  const wrapper = wrappers.find((prefix) => name.startsWith(prefix));
  if (!wrapper) return [];
  const inner = name.slice(wrapper.length);
  return [inner, ...unwrapped(inner)];
}

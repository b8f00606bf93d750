import { InputError } from '#contract/failure.ts';
import { namesToTry } from '#contract/names-to-try.ts';
import { nearNames } from '#contract/nearest-names.ts';
import { classNames, tensorsOf, weightRank } from './class-tensors.ts';
import type { NetworkModule } from './network-modules.ts';

type Listing = {
  /** The checkpoint lists all modules of the network, also those without tensors. */
  readonly isComplete: boolean;
};

/**
 * The modules with the classes that `module_classes` gives them (`pool=MaxPool2d`), and with those modules without
 * tensors that only it knows. Errors: RECIPE_INVALID for a class or a name that does not exist, and for a class that
 * has other weights than the module.
 */
export function withSaidClasses(
  modules: readonly NetworkModule[],
  pairs: readonly string[],
  { isComplete }: Listing,
): readonly NetworkModule[] {
  const said = new Map(pairs.map(pairOf));
  const corrected = modules.map((module) => {
    const name = module.names.find((one) => said.has(one));
    const className = said.get(name ?? '');
    if (name === undefined || className === undefined) return module;
    said.delete(name);
    refuseOtherWeights(module, className);
    return { ...module, class: className, evidence, assumed: false };
  });
  const added = [...said].map(([name, className]): NetworkModule => {
    if (isComplete || tensorsOf(className) === 'always') throw unknownModule(name, className, modules);
    return { name, names: [name], class: className, evidence, assumed: false, weight: null, weights: [], inputs: [] };
  });
  return added.length > 0 ? [...corrected, ...added] : corrected;
}

const evidence = 'module_classes says so';

/** Checked for its form with the recipe. */
function pairOf(pair: string): readonly [string, string] {
  const at = pair.lastIndexOf('=');
  const className = pair.slice(at + 1);
  if (!classNames.includes(className))
    throw invalid(
      `module_classes says ${pair}, and ${className} is no class of torch.nn that is known here`,
      nearClasses(className),
    );
  return [pair.slice(0, at), className];
}

/** All that are known would be a long list, of which most have no quantizers. */
function nearClasses(className: string): string {
  const near = nearNames(className, classNames);
  return near.length > 0
    ? `The nearest are ${near.join(', ')}.`
    : 'Write a class of torch.nn, such as MaxPool2d, LeakyReLU or GroupNorm.';
}

function refuseOtherWeights({ name, weight, weights }: NetworkModule, className: string): void {
  const rank = weightRank(className);
  if (weight !== null && tensorsOf(className) === 'never')
    throw invalid(
      `module_classes calls ${name} a ${className}, but it has the weight ${weight.name} of [${weight.shape.join(', ')}]`,
    );
  if (rank === null) return;
  const isFitting = weight?.shape.length === rank && weights.length > 0;
  if (!isFitting)
    throw invalid(
      `module_classes calls ${name} a ${className}, whose weight has ${rank} dimensions; ${weight ? `its weight is of [${weight.shape.join(', ')}]` : 'it has none'}`,
    );
}

function unknownModule(name: string, className: string, modules: readonly NetworkModule[]): InputError {
  const names = modules.map((module) => module.name).filter((one) => one !== '');
  return invalid(
    `module_classes calls ${name} a ${className}, and the model has no module of that name`,
    names.length > 0 ? namesToTry(name, names) : undefined,
  );
}

function invalid(message: string, remedy = 'Leave the pair out, or correct it.'): InputError {
  return new InputError('RECIPE_INVALID', message, { remedy });
}

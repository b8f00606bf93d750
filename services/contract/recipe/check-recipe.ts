import { InputError } from '../failure.ts';
import { nearNames } from '../nearest-names.ts';
import { type BackendCard, backendCard } from './catalogue.ts';
import { checkModeloptOnnxRecipe } from './check-modelopt-onnx-recipe.ts';
import { checkModeloptPytorchRecipe } from './check-modelopt-pytorch-recipe.ts';
import { checkTorchaoRecipe } from './check-torchao-recipe.ts';
import type { BackendId, JsonValue, LayerRule, QuantDtype, Recipe } from './recipe.ts';
import { whatItTakes } from './what-it-takes.ts';

/** Refuses what the chosen backend cannot do, before any file is read. */
export function checkRecipe(recipe: Recipe): void {
  const card = backendCard(recipe.backend);
  if (!card.modes.includes(recipe.mode))
    throw unfit(card, `mode ${recipe.mode}`, `It offers ${card.modes.join(', ')}.`);
  if (recipe.algorithm !== null && !card.algorithms.includes(recipe.algorithm))
    throw unfit(card, `algorithm ${recipe.algorithm}`, `It offers ${card.algorithms.join(', ')}.`);
  const also = compatDtypes(card, recipe);
  for (const rule of recipe.layers) {
    checkGroups(card, rule);
    const { module_name: pattern, weights, activations } = rule;
    checkDtype(card, { of: 'weights', pattern, dtype: weights?.dtype }, [...card.weights, ...also]);
    checkDtype(card, { of: 'activations', pattern, dtype: activations?.dtype }, [...card.activationDtypes, ...also]);
  }
  for (const [key, value] of Object.entries(recipe.backend_kwargs)) checkOption(card, key, value);
  checkClashes(card, recipe.backend_kwargs);
  ownChecks[recipe.backend]?.(recipe);
}

/** What only one backend's words can contradict. */
const ownChecks: Partial<Record<BackendId, (recipe: Recipe) => void>> = {
  torchao: checkTorchaoRecipe,
  'modelopt.pytorch': checkModeloptPytorchRecipe,
  'modelopt.onnx': checkModeloptOnnxRecipe,
};

function checkGroups(card: BackendCard, { module_name, weights, activations }: LayerRule): void {
  const size = activations?.group_size ?? ('group_size' in card.kwargs ? undefined : weights?.group_size);
  if (size === undefined) return;
  throw unfit(card, `groups of ${size} (rule “${module_name}”)`, 'Only the weights of torchao come in groups.');
}

function checkDtype(
  card: BackendCard,
  asked: { of: 'weights' | 'activations'; pattern: string; dtype: QuantDtype | undefined },
  offered: readonly QuantDtype[],
): void {
  if (asked.dtype === undefined || offered.includes(asked.dtype)) return;
  const remedy =
    card.activations === 'stay as they are' && asked.of === 'activations'
      ? 'torchao quantizes weights only; take modelopt.pytorch or modelopt.onnx for activations.'
      : `It offers ${offered.join(', ')}.`;
  throw unfit(card, `${asked.of} of dtype ${asked.dtype} (rule “${asked.pattern}”)`, remedy);
}

function checkOption(card: BackendCard, key: string, value: JsonValue): void {
  if (Object.hasOwn(card.idleKwargs, key)) return;
  const refused = own(card.refusedKwargs, key);
  if (refused !== undefined) throw unfit(card, `the option ${key}`, capitalized(refused));
  const option = own(card.kwargs, key);
  if (!option) {
    const options = Object.keys(card.kwargs);
    const [near] = nearNames(key, options);
    throw unfit(card, `the option ${key}`, near ? `Did you mean ${near}?` : `Its options are ${options.join(', ')}.`);
  }
  const wanted = whatItTakes(option, value);
  if (wanted !== null) throw unfit(card, `${key}=${JSON.stringify(value)}`, wanted);
}

/** Values of two options that cannot stand together. */
function checkClashes(card: BackendCard, kwargs: Recipe['backend_kwargs']): void {
  for (const [key, { clash }] of Object.entries(card.kwargs)) {
    if (!clash || kwargs[key] !== clash.value || kwargs[clash.option] !== clash.otherValue) continue;
    throw new InputError('RECIPE_INVALID', clash.reason.replace(/\.$/, ''), { remedy: clash.remedy });
  }
}

function compatDtypes(
  { compatDtypes = {} }: BackendCard,
  { backend_kwargs: { compat } }: Recipe,
): readonly QuantDtype[] {
  return (typeof compat === 'string' && own(compatDtypes, compat)) || [];
}

/** A key is a person's word, and `constructor` is one that every object has. */
function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function unfit(card: BackendCard, what: string, remedy: string): InputError {
  return new InputError('RECIPE_INVALID', `The backend ${card.id} does not offer ${what}`, { remedy });
}

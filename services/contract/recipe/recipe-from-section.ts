import type { InputError } from '../failure.ts';
import { nearNames } from '../nearest-names.ts';
import { backendCard } from './catalogue.ts';
import { checkRecipe } from './check-recipe.ts';
import { idleOptions } from './idle-options.ts';
import { invalidRecipe } from './invalid-recipe.ts';
import { optionsAsOffered } from './options-as-offered.ts';
import { withPresetAlgorithm } from './preset-algorithm.ts';
import { backendIds, type Recipe } from './recipe.ts';
import { type RecipeIssue, recipeSchema, tensorRule } from './recipe-schema.ts';

export type ParsedRecipe = { readonly recipe: Recipe; readonly warnings: readonly string[] };

/**
 * Reads TAO's `quantize:` section, with or without the `quantize` key around it.
 * Keys nobody knows are errors with the nearest known name; keys TAO itself no longer reads are warnings.
 */
export function recipeFromSection(root: unknown): ParsedRecipe {
  const section = isRecord(root) && 'quantize' in root ? root.quantize : root;
  if (!isRecord(section))
    throw invalidRecipe(
      `it is ${kindOf(section)}, and a recipe is a YAML mapping, with the keys of TAO’s quantize: section`,
      'Give a file that says at least which backend quantizes, as `backend: modelopt.pytorch` does.',
    );
  const warnings = obsoleteKeys.filter((key) => key in section).map((key) => `${key} is accepted and has no effect`);
  const known = Object.fromEntries(Object.entries(section).filter(([key]) => !isObsolete(key)));
  const parsed = recipeSchema.safeParse(known);
  if (!parsed.success) throw describeIssue(parsed.error.issues[0], known);
  const { backend, mode, algorithm, ...rest } = parsed.data;
  const card = backendCard(backend);
  const said: Recipe = {
    backend,
    mode: mode ?? card.preset.mode,
    algorithm: card.algorithms.length === 0 ? null : (algorithm ?? card.preset.algorithm),
    ...rest,
    backend_kwargs: optionsAsOffered(card.kwargs, rest.backend_kwargs),
  };
  checkRecipe(said);
  const { recipe, told } = withPresetAlgorithm(said);
  const idle = algorithm && card.algorithms.length === 0;
  return {
    recipe,
    warnings: [
      ...warnings,
      ...(idle ? [`algorithm ${algorithm} has no effect: ${backend} calibrates nothing`] : []),
      ...told,
      ...idleOptions(recipe),
    ],
  };
}

/** Where the platform decides (paths), or what TAO removed from its schema. */
const obsoleteKeys = ['model_path', 'results_dir', 'default_layer_dtype', 'default_activation_dtype'];
const isObsolete = (key: string): boolean => obsoleteKeys.includes(key);

function describeIssue(issue: RecipeIssue | undefined, section: Readonly<Record<string, unknown>>): InputError {
  const where = issue && issue.path.length > 0 ? issue.path.join('.') : 'the recipe';
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const known =
      issue.path.length === 0
        ? Object.keys(recipeSchema.shape)
        : [...Object.keys(tensorRule.shape), 'module_name', 'weights', 'activations'];
    const [near] = nearNames(key, known);
    return invalidRecipe(
      `${where} has the unknown key \`${key}\``,
      near ? `Did you mean \`${near}\`?` : `The keys are ${known.join(', ')}.`,
    );
  }
  const value = issue?.path.reduce<unknown>(
    (at, key) => (isRecord(at) || Array.isArray(at) ? Reflect.get(at, key) : undefined),
    section,
  );
  if (issue?.code === 'invalid_value' && value !== undefined)
    return invalidRecipe(`${where} is ${JSON.stringify(value)}`, `It can be ${issue.values.join(', ')}.`);
  if (value === undefined)
    return invalidRecipe(
      `${where} is missing`,
      where === 'backend' ? `It can be ${backendIds.join(', ')}.` : undefined,
    );
  return invalidRecipe(`${where} is ${JSON.stringify(value)?.slice(0, 80)}: ${issue?.message ?? 'not understood'}`);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  return Array.isArray(value) ? 'a list' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { readFile, stat } from 'node:fs/promises';
import { InputError } from '#contract/failure.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { presetAlgorithm } from '#contract/recipe/preset-algorithm.ts';
import type { BackendId, Recipe } from '#contract/recipe/recipe.ts';
import { type ParsedRecipe, recipeFromSection } from '#contract/recipe/recipe-from-section.ts';
import { checkBackend, checkDtypes } from './check-words.ts';
import { inputFile } from './input-files.ts';
import type { QuantizationOptions } from './quantization-options.ts';

/**
 * The spec of `-e`, if any, with the flags laid over it: they replace mode and algorithm, and the rules if one of
 * `--layers`, `--weights` and `--activations` is there; they add to `skip_names` and `backend_kwargs`, as does `--compat`.
 * Errors: RECIPE_INVALID, in the words of `recipeFromSection`.
 */
export async function recipeFromOptions(options: QuantizationOptions): Promise<ParsedRecipe> {
  if (options.backend !== undefined) checkBackend(options.backend);
  const { recipe, warnings } = await baseRecipe(options);
  checkDtypes(options, recipe.backend);
  const backend_kwargs = {
    ...recipe.backend_kwargs,
    ...(options.set ? await settings(options.set, recipe.backend) : {}),
    ...(options.compat === undefined ? {} : { compat: options.compat }),
  };
  const mode = options.mode ?? recipe.mode;
  const merged = {
    ...recipe,
    mode,
    algorithm: options.algorithm ?? ownAlgorithm(recipe, backend_kwargs),
    ...(options.skip ? { skip_names: [...recipe.skip_names, ...options.skip] } : {}),
    layers: rulesFromOptions(options, { backend: recipe.backend, mode, kwargs: backend_kwargs }) ?? recipe.layers,
    backend_kwargs,
  };
  const parsed = recipeFromSection(merged);
  const told = new Set([...warnings, ...parsed.warnings, ...idleOptions(options, parsed.recipe)]);
  return { recipe: parsed.recipe, warnings: [...told] };
}

/** What a spec's preset decided goes with that preset, if a flag puts another in its place. */
function ownAlgorithm(recipe: Recipe, backend_kwargs: Record<string, unknown>): Recipe['algorithm'] {
  const isPresets = recipe.algorithm !== null && recipe.algorithm === presetAlgorithm(recipe);
  return isPresets && backend_kwargs.preset !== recipe.backend_kwargs.preset ? null : recipe.algorithm;
}

function idleOptions({ batchSize }: QuantizationOptions, { backend }: Recipe): readonly string[] {
  const idle = batchSize !== undefined && catalogue[backend].algorithms.length === 0;
  return idle ? [`--batch-size ${batchSize} has no effect: ${backend} calibrates nothing`] : [];
}

async function baseRecipe(options: QuantizationOptions): Promise<ParsedRecipe> {
  if (options.e === undefined) {
    if (options.backend) return recipeFromSection({ backend: options.backend });
    throw new InputError('RECIPE_INVALID', 'Neither --backend nor a spec (-e) says which backend is to quantize', {
      remedy: `Add --backend ${Object.keys(catalogue).join(' or --backend ')}.`,
    });
  }
  const { parseRecipe } = await import('#contract/recipe/parse-recipe.ts');
  const spec = parseRecipe(await readSpec(options.e));
  if (!options.backend || options.backend === spec.recipe.backend) return spec;
  // Another backend than the spec's: mode and algorithm are its own, the rules stay.
  const { mode: _mode, algorithm: _algorithm, backend: _backend, ...rules } = spec.recipe;
  return { ...recipeFromSection({ ...rules, backend: options.backend }), warnings: spec.warnings };
}

const largestSpec = 1 << 20;

async function readSpec(path: string): Promise<string> {
  await inputFile(path);
  const { size } = await stat(path);
  if (size <= largestSpec) return readFile(path, 'utf8');
  throw new InputError('RECIPE_INVALID', `The spec ${path} has ${size} bytes; at most ${largestSpec} are read`, {
    remedy: 'Name the YAML with the quantize: section.',
  });
}

type Chosen = {
  readonly backend: BackendId;
  readonly mode: string;
  readonly kwargs: Readonly<Record<string, unknown>>;
};

/**
 * `--weights` and `--activations` say what the layers of `--layers` get; without `--layers` they speak of all. One of
 * them alone speaks for both, where both are quantized. The words are `recipeFromSection`'s to check.
 */
function rulesFromOptions(options: QuantizationOptions, chosen: Chosen): readonly object[] | undefined {
  if (!options.layers && !options.weights && !options.activations) return undefined;
  const quantizesBoth = catalogue[chosen.backend].activations === 'quantized' && !/^weight_only/i.test(chosen.mode);
  const usual = chosen.kwargs.quantize_mode === 'fp8' ? 'fp8_e4m3fn' : 'int8';
  const weights = options.weights ?? (quantizesBoth ? options.activations : undefined) ?? usual;
  const activations = options.activations ?? (quantizesBoth ? weights : undefined);
  return (options.layers ?? ['*']).map((module_name) => ({
    module_name,
    weights: { dtype: weights },
    activations: activations ? { dtype: activations } : null,
  }));
}

/** YAML is read by a large package, which most runs do without. */
async function settings(pairs: readonly string[], backend: BackendId): Promise<Record<string, unknown>> {
  return (await import('./settings.ts')).settings(pairs, backend);
}

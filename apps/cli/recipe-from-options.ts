import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { InputError } from '#contract/failure.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { type ParsedRecipe, parseRecipe } from '#contract/recipe/parse-recipe.ts';
import type { LayerRule } from '#contract/recipe/recipe.ts';
import type { QuantizationOptions } from './quantization-options.ts';

/** The spec of `-e`, if any, with the flags laid over it. */
export async function recipeFromOptions(options: QuantizationOptions): Promise<ParsedRecipe> {
  const { recipe, warnings } = await baseRecipe(options);
  const merged = {
    ...recipe,
    ...(options.mode ? { mode: options.mode } : {}),
    ...(options.algorithm ? { algorithm: options.algorithm } : {}),
    ...(options.skip ? { skip_names: [...recipe.skip_names, ...options.skip] } : {}),
    layers: rulesFromOptions(options, recipe.backend) ?? recipe.layers,
    backend_kwargs: { ...recipe.backend_kwargs, ...settings(options.set ?? []) },
  };
  const parsed = parseRecipe(merged);
  return { recipe: parsed.recipe, warnings: [...warnings, ...parsed.warnings] };
}

async function baseRecipe(options: QuantizationOptions): Promise<ParsedRecipe> {
  if (options.e === undefined) return parseRecipe(options.backend ? { backend: options.backend } : {});
  const text = await readFile(options.e, 'utf8').catch((cause) => {
    throw new InputError('RECIPE_INVALID', `The spec ${options.e} cannot be read: ${cause.message}`, { cause });
  });
  const spec = parseRecipe(text);
  if (!options.backend || options.backend === spec.recipe.backend) return spec;
  const { mode: _mode, algorithm: _algorithm, backend: _backend, ...rules } = spec.recipe;
  return { ...parseRecipe({ ...rules, backend: options.backend }), warnings: spec.warnings };
}

/** `--weights` and `--activations` say what the layers of `--layers` get; without `--layers` they speak of all. */
function rulesFromOptions(options: QuantizationOptions, backend: keyof typeof catalogue): LayerRule[] | undefined {
  if (!options.layers && !options.weights && !options.activations) return undefined;
  const quantizesActivations = catalogue[backend].activations === 'quantized';
  const weights = options.weights ?? 'int8';
  const activations = options.activations ?? (quantizesActivations ? 'int8' : undefined);
  return (options.layers ?? ['*']).map(
    (module_name) =>
      // parseRecipe checks the words; what is built here is its input.
      ({
        module_name,
        weights: { dtype: weights },
        activations: activations ? { dtype: activations } : null,
      }) as LayerRule,
  );
}

function settings(pairs: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new InputError('RECIPE_INVALID', `--set ${pair} is not of the form key=value`, {
          remedy: 'Write, for example, --set high_precision_dtype=fp32.',
        });
      return [pair.slice(0, at), parse(pair.slice(at + 1))];
    }),
  );
}

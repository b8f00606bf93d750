import type { LayerRule, Recipe } from './recipe.ts';

/**
 * A recipe for an ONNX model without patterns that name only modules which its export folded into others, as a BatchNorm
 * into a convolution: nothing there goes by their names, and a pattern that matches nothing ends a run. What each asked
 * for is lost, in a sentence.
 */
export function withoutFolded(
  recipe: Recipe,
  folded: readonly string[],
): { readonly recipe: Recipe; readonly lost: readonly string[] } {
  const isFolded = (pattern: string) => folded.includes(pattern);
  const rules = recipe.layers.filter(({ module_name }) => isFolded(module_name));
  const skips = recipe.skip_names.filter(isFolded);
  const left = recipe.layers.filter((rule) => !rules.includes(rule));
  return {
    recipe: {
      ...recipe,
      // Without any rule everything would be quantized.
      layers: recipe.layers.length > 0 && left.length === 0 ? [nothing] : left,
      skip_names: recipe.skip_names.filter((pattern) => !skips.includes(pattern)),
    },
    lost: [
      ...rules.map(({ module_name }) => `The rule “${module_name}” ${why}`),
      ...skips.map((pattern) => `skip_names “${pattern}” ${why}`),
    ],
  };
}

const nothing: LayerRule = { module_name: '*', weights: { dtype: 'native' }, activations: { dtype: 'native' } };

const why = 'names only modules that the export folded into others, so that no node of the ONNX model goes by it.';

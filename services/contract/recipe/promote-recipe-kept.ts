import { listNames } from '../list-names.ts';
import type { LayerRule, Recipe } from './recipe.ts';

/** What a promoted recipe says as the old one did. */
export function keptSentences({ layers, skip_names, algorithm }: Recipe, before: Recipe): readonly string[] {
  const same = layers.filter((rule) =>
    before.layers.some((old) => old.module_name === rule.module_name && isQuantizing(old) === isQuantizing(rule)),
  );
  const quantized = same.filter(isQuantizing).map(nameOf);
  const left = same.filter((rule) => !isQuantizing(rule)).map(nameOf);
  return [
    ...(quantized.length > 0 ? [`Quantized: ${listNames(quantized)}.`] : []),
    ...(left.length > 0 ? [`Left as they are: ${listNames(left)}.`] : []),
    ...(skip_names.length > 0 ? [`Skipped: ${listNames(skip_names)}.`] : []),
    ...(before.layers.length === 0 && layers.length === 0
      ? ['No rules: everything that the backend can quantize.']
      : []),
    ...(algorithm !== null && algorithm === before.algorithm ? [`Ranges are found with ${algorithm}.`] : []),
  ];
}

export function isQuantizing({ weights, activations }: LayerRule): boolean {
  return [weights, activations].some((asked) => asked !== null && asked.dtype !== 'native');
}

const nameOf = ({ module_name }: LayerRule): string => module_name;

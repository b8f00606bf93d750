import { expect, test } from 'vitest';
import { torchSettings } from './modelopt-pytorch-request.ts';
import { parseRecipe } from './parse-recipe.ts';

const smooth = { backend: 'modelopt.pytorch', backend_kwargs: { preset: 'INT8_SMOOTHQUANT_CFG' } };

test.each([[undefined], ['minmax'], ['max']])(
  'a recipe with algorithm %s says the one that its preset decides',
  (algorithm) => {
    const { recipe, warnings } = parseRecipe({ ...smooth, algorithm });
    expect(recipe.algorithm).toBe('smoothquant');
    expect(torchSettings(recipe).method).toBe('smoothquant');
    expect(warnings).toEqual(['The preset decides the algorithm: INT8_SMOOTHQUANT_CFG is smoothquant.']);
  },
);

test('the algorithm of the preset said beside it needs no words, and what belongs to it is read', () => {
  const backend_kwargs = { ...smooth.backend_kwargs, smoothquant_alpha: 0.5 };
  expect(parseRecipe({ ...smooth, algorithm: 'smoothquant', backend_kwargs }).warnings).toEqual([]);
  expect(parseRecipe({ ...smooth, backend_kwargs }).warnings).toEqual([
    expect.stringMatching(/^The preset decides the algorithm/),
  ]);
});

test.each(['entropy', 'percentile', 'mse'])('the algorithm %s beside a preset that is another is refused', (other) => {
  expect(() => parseRecipe({ ...smooth, algorithm: other })).toThrow(
    `the preset INT8_SMOOTHQUANT_CFG is smoothquant, and the algorithm is ${other}`,
  );
});

test('other presets take the algorithm of the recipe', () => {
  const { recipe, warnings } = parseRecipe({
    backend: 'modelopt.pytorch',
    backend_kwargs: { preset: 'FP8_DEFAULT_CFG' },
  });
  expect({ algorithm: recipe.algorithm, warnings }).toEqual({ algorithm: 'minmax', warnings: [] });
});

import { describe, expect, it } from 'vitest';
import { checkRecipe } from './check-recipe.ts';
import { parseRecipe } from './parse-recipe.ts';
import type { JsonValue, TensorRule } from './recipe.ts';
import { requestOf, torchaoSettings } from './torchao-request.ts';

const recipeWith = (backend_kwargs: Readonly<Record<string, JsonValue>>, weights?: object) =>
  parseRecipe({
    backend: 'torchao',
    backend_kwargs,
    layers: weights ? [{ module_name: 'fc', weights }] : [],
  }).recipe;

describe('what a recipe asks for', () => {
  it.each<{ kwargs: Readonly<Record<string, JsonValue>>; granularity: object }>([
    { kwargs: {}, granularity: { kind: 'per_row' } },
    { kwargs: { granularity: 'per_tensor' }, granularity: { kind: 'per_tensor' } },
    { kwargs: { granularity: 'per_group' }, granularity: { kind: 'per_group', size: 128 } },
    { kwargs: { group_size: 32 }, granularity: { kind: 'per_group', size: 32 } },
    { kwargs: { granularity: 'per_group', group_size: 64 }, granularity: { kind: 'per_group', size: 64 } },
  ])('by the options $kwargs', ({ kwargs, granularity }) => {
    expect(torchaoSettings(recipeWith(kwargs)).granularity).toEqual(granularity);
  });

  it.each<{ rule: TensorRule | null | undefined; request: object | null }>([
    { rule: undefined, request: { dtype: 'int8', granularity: { kind: 'per_tensor' } } },
    { rule: null, request: null },
    { rule: { dtype: 'native' }, request: null },
    { rule: { dtype: 'fp8_e5m2' }, request: { dtype: 'fp8_e5m2', granularity: { kind: 'per_tensor' } } },
    { rule: { dtype: 'int8', quant_axis: 0 }, request: { dtype: 'int8', granularity: { kind: 'per_row' } } },
    { rule: { dtype: 'int8', quant_axis: null }, request: { dtype: 'int8', granularity: { kind: 'per_tensor' } } },
    {
      rule: { dtype: 'fp8_e4m3fn', group_size: 16 },
      request: { dtype: 'fp8_e4m3fn', granularity: { kind: 'per_group', size: 16 } },
    },
  ])('by the rule $rule where per tensor is usual', ({ rule, request }) => {
    expect(requestOf(rule, { kind: 'per_tensor' })).toEqual(request);
  });
});

describe('contradictions', () => {
  it.each<{ kwargs?: Readonly<Record<string, JsonValue>>; weights?: object; says: RegExp }>([
    { kwargs: { granularity: 'per_row', group_size: 32 }, says: /per_row and for groups of 32 at once/ },
    { kwargs: { output_format: 'safetensors', rest_of_checkpoint: 'keep' }, says: /holds tensors only/ },
    { weights: { dtype: 'int8', quant_axis: 1 }, says: /“fc” sets quant_axis to 1/ },
    { weights: { dtype: 'int8', quant_axis: 0, group_size: 32 }, says: /both quant_axis 0 and group_size 32/ },
    {
      kwargs: { compat: 'torchao-0.17' },
      weights: { dtype: 'fp8_e4m3fn', quant_axis: null },
      says: /fp8_e4m3fn per tensor, which torchao-0\.17 does not make/,
    },
  ])('$says', ({ kwargs = {}, weights, says }) => {
    expect(() => recipeWith(kwargs, weights)).toThrow(says);
  });

  it('are none where a release made what is asked of it', () => {
    const recipe = recipeWith({ compat: 'torchao-0.17', group_size: 32 }, { dtype: 'int8' });
    expect(() => checkRecipe(recipe)).not.toThrow();
  });

  it('another backend has no groups', () => {
    const layers = [{ module_name: 'fc', weights: { dtype: 'int8', group_size: 32 } }];
    expect(() => parseRecipe({ backend: 'modelopt.pytorch', layers })).toThrow(
      /modelopt\.pytorch does not offer groups of 32 \(rule “fc”\)/,
    );
  });
});

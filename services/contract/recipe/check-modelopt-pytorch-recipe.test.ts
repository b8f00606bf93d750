import { describe, expect, test } from 'vitest';
import { needsGraph } from './needs-graph.ts';
import { parseRecipe } from './parse-recipe.ts';

const parsed = (section: object) => parseRecipe({ backend: 'modelopt.pytorch', ...section }).recipe;
const rule = (weights: string | null, activations: string | null, more: object = {}) => ({
  module_name: 'fc',
  weights: weights === null ? null : { dtype: weights, ...more },
  activations: activations === null ? null : { dtype: activations },
});
const kwargs = (backend_kwargs: object) => ({ backend_kwargs });

describe('a recipe is refused', () => {
  test.each<[string, object, RegExp]>([
    [
      'with activations where the mode is weights only',
      { mode: 'weight_only_ptq', layers: [rule('int8', 'int8')] },
      /weight_only_ptq, and the rule “fc” asks for activations of int8/,
    ],
    ['with e5m2', { layers: [rule('fp8_e5m2', null)] }, /does not offer weights of dtype fp8_e5m2/],
    ['with groups', { layers: [rule('int8', null, { group_size: 32 })] }, /does not offer groups of 32/],
    [
      'compat tao with a preset',
      { layers: [rule('int8', 'int8')], ...kwargs({ compat: 'tao', preset: 'FP8_DEFAULT_CFG' }) },
      /compat tao takes rules, and preset is FP8_DEFAULT_CFG/,
    ],
    [
      'whose rules quantize no weights',
      { layers: [rule('native', 'int8'), rule(null, null)] },
      /no rule quantizes weights, and “fc” asks for activations of int8 alone/,
    ],
    ['compat tao without rules', kwargs({ compat: 'tao' }), /compat tao without rules quantizes nothing/],
    [
      'compat tao with weights only',
      { mode: 'weight_only_ptq', layers: [rule('int8', null)], ...kwargs({ compat: 'tao' }) },
      /compat tao has no mode weight_only_ptq/,
    ],
    ['with a pair that is none', kwargs({ module_classes: ['MaxPool2d'] }), /"MaxPool2d", which is no name=class/],
    ['with an option nobody has', kwargs({ num_bits: 4 }), /does not offer the option num_bits/],
    [
      'with an algorithm for activations where there are none',
      { mode: 'weight_only_ptq', algorithm: 'entropy' },
      /the algorithm entropy looks at activations/,
    ],
    [
      'with SmoothQuant of weights alone',
      { mode: 'weight_only_ptq', ...kwargs({ preset: 'INT8_SMOOTHQUANT_CFG' }) },
      /INT8_SMOOTHQUANT_CFG moves difficulty from activations/,
    ],
    [
      'with SmoothQuant where rules leave activations alone',
      { algorithm: 'smoothquant', layers: [rule('int8', null)] },
      /the algorithm smoothquant looks at activations/,
    ],
  ])('%s', (_, section, message) => {
    expect(() => parsed(section)).toThrow(message);
  });
});

describe('a graph is needed', () => {
  test.each<[string, object, boolean]>([
    ['without rules', {}, true],
    ['for weights only', { mode: 'weight_only_ptq' }, false],
    ['for INT8_WEIGHT_ONLY_CFG', kwargs({ preset: 'INT8_WEIGHT_ONLY_CFG' }), false],
    ['for FP8_DEFAULT_CFG', kwargs({ preset: 'FP8_DEFAULT_CFG' }), true],
    ['for rules without activations', { layers: [rule('int8', null)] }, false],
    ['for rules with native ones', { layers: [rule('int8', 'native')] }, false],
    ['for rules with activations', { layers: [rule('int8', 'int8')] }, true],
    [
      'for rules beside a preset with activations',
      { layers: [rule('int8', null)], ...kwargs({ preset: 'INT8_DEFAULT_CFG' }) },
      true,
    ],
    ['for rules as TAO reads them', { layers: [rule('int8', null)], ...kwargs({ compat: 'tao' }) }, true],
    ['for rules of e5m2 as TAO reads them', { layers: [rule('fp8_e5m2', 'int8')], ...kwargs({ compat: 'tao' }) }, true],
  ])('%s: %j', (_, section, isNeeded) => {
    expect(needsGraph(parsed(section))).toBe(isNeeded);
  });
});

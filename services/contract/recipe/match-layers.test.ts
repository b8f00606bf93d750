import { expect, test } from 'vitest';
import { InputError } from '../failure.ts';
import { matchLayers } from './match-layers.ts';
import { parseRecipe } from './parse-recipe.ts';

const layers = [
  { names: ['stem.0'], class: 'Conv2d' },
  { names: ['blocks.0.fc'], class: 'Linear' },
  { names: ['head'], class: 'Linear' },
];
const kinds = (yaml: string) => matchLayers(parseRecipe(yaml).recipe, layers).decisions.map(({ kind }) => kind);

test('without rules the backend decides', () => {
  expect(kinds('backend: torchao')).toEqual(['default', 'default', 'default']);
});

test('a rule matches the qualified name or the class, and leaves the others unnamed', () => {
  expect(kinds('{backend: torchao, layers: [{module_name: Linear, weights: {dtype: int8}}]}')).toEqual([
    'unnamed',
    'rule',
    'rule',
  ]);
});

test('the last rule that matches decides', () => {
  const { recipe } = parseRecipe(
    '{backend: torchao, layers: [{module_name: "*", weights: {dtype: int8}}, {module_name: head, weights: {dtype: native}}]}',
  );
  const { decisions, rules } = matchLayers(recipe, layers);
  expect(decisions.map((decision) => decision.kind === 'rule' && decision.rule.weights?.dtype)).toEqual([
    'int8',
    'int8',
    'native',
  ]);
  expect(rules.map(({ hits }) => hits)).toEqual([3, 1]);
});

test('a skip pattern wins over every rule', () => {
  expect(
    kinds('{backend: torchao, layers: [{module_name: "*", weights: {dtype: int8}}], skip_names: ["*head*"]}'),
  ).toEqual(['rule', 'rule', 'skip']);
});

test.each([
  '{backend: torchao, layers: [{module_name: hed, weights: {dtype: int8}}]}',
  '{backend: torchao, skip_names: [hed]}',
])('a pattern that matches nothing is refused with the nearest name: %s', (yaml) => {
  expect(() => kinds(yaml)).toThrow(InputError);
  expect(() => kinds(yaml)).toThrow(/“hed” matches none of the 3 layers/);
  try {
    kinds(yaml);
  } catch (error) {
    expect(error instanceof InputError && error.remedy).toMatch(/nearest name is head/);
  }
});

test('a skip pattern of TAO’s own default list may match nothing, and the plan says so', () => {
  const { recipe } = parseRecipe('{backend: torchao, skip_names: ["*lm_head*"]}');
  expect(matchLayers(recipe, layers).warnings).toEqual(['skip_names: *lm_head* matches no layer of this model']);
});

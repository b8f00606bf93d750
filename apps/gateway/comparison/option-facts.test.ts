import { expect, it } from 'vitest';
import type { PlannedTensor } from '#contract/plan.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { optionFacts } from './option-facts.ts';
import { plannedAs } from './planned-as.ts';
import type { PlannedWay } from './planned-ways.ts';

const facts = (kwargs: Recipe['backend_kwargs']) => Object.fromEntries(optionFacts(kwargs, catalogue.torchao.kwargs));

it('an option left out is the same fact as one that says what that means', () => {
  expect(facts({})).toEqual(facts({ granularity: 'per_row', output_format: 'pth', rest_of_checkpoint: 'drop' }));
});

it('a group size is a fact of groups only', () => {
  expect(facts({})).toMatchObject({ Granularity: 'per_row', 'Group size': null });
  expect(facts({ granularity: 'per_group' })).toMatchObject({ Granularity: 'per_group', 'Group size': '128' });
  expect(facts({ group_size: 32 })).toMatchObject({ Granularity: 'per_group', 'Group size': '32' });
});

it('an option that this release no longer knows is shown as it stands', () => {
  expect(facts({ backbone: { frozen: true } })).toMatchObject({ 'Option backbone': '{"frozen":true}' });
});

it('switches and lists read as words', () => {
  expect(facts({ one: true, other: false, several: ['a', 'b'], empty: [] })).toMatchObject({
    'Option one': 'yes',
    'Option other': 'no',
    'Option several': 'a, b',
    'Option empty': 'none',
  });
});

it.each<{ what: string; weights: (PlannedTensor | null)[]; words: string | null }>([
  { what: 'nothing quantized', weights: [null], words: null },
  {
    what: 'one way',
    weights: [per('int8', 'per-channel', 0), per('int8', 'per-channel', 0)],
    words: 'int8 per-channel along axis 0',
  },
  {
    what: 'several ways',
    weights: [{ ...per('int8', 'per-group', null), groupSize: 32 }, per('fp8_e5m2', 'per-tensor', null)],
    words: 'int8 per-group of 32 (1), fp8_e5m2 per-tensor (1)',
  },
])('says how the weights were quantized: $what', ({ weights, words }) => {
  expect(plannedAs(waysOf(weights), 'weights')).toBe(words);
});

function per(dtype: PlannedTensor['dtype'], granularity: PlannedTensor['granularity'], axis: number | null) {
  return { dtype, granularity, axis };
}

function waysOf(weights: readonly (PlannedTensor | null)[]): readonly PlannedWay[] {
  return weights.map((tensor) => ({ weights: tensor, activations: null, layers: 1 }));
}

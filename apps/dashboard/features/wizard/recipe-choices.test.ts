import { expect, test } from 'vitest';
import {
  barredIn,
  chooseOption,
  chooseSkips,
  chooseWeights,
  hasEffect,
  optionIn,
  weightsIn,
} from './recipe-choices.ts';
import { skipsIn } from './recipe-parts.ts';

const preset = 'quantize:\n  backend: torchao\n  mode: weight_only_ptq\n';
const options = [
  { key: 'granularity', initial: 'per_row' },
  { key: 'group_size', initial: 128, onlyWith: { option: 'granularity', value: 'per_group' } },
  { key: 'compat', initial: null },
];
const groupSize = { key: 'group_size', onlyWith: { option: 'granularity', value: 'per_group' } };

test('an option left out is what a recipe means without it', () => {
  expect(optionIn(preset, options, 'granularity')).toBe('per_row');
  expect(optionIn(preset, options, 'compat')).toBeNull();
});

test('a group size alone says that there are groups', () => {
  const yaml = chooseOption(preset, options, { key: 'group_size', value: 32 });
  expect(optionIn(yaml, options, 'granularity')).toBe('per_group');
  expect(hasEffect(yaml, options, groupSize)).toBe(true);
  expect(hasEffect(preset, options, groupSize)).toBe(false);
});

test('what is chosen is written, what a recipe means anyway is not', () => {
  const grouped = chooseOption(preset, options, { key: 'granularity', value: 'per_group' });
  expect(grouped).toBe(`${preset}  backend_kwargs:\n    granularity: per_group\n`);
  expect(chooseOption(grouped, options, { key: 'granularity', value: 'per_row' })).toBe(preset);
});

test('what no longer has an effect goes with what gave it one', () => {
  const grouped = chooseOption(preset, options, { key: 'granularity', value: 'per_group' });
  const sized = chooseOption(grouped, options, { key: 'group_size', value: 32 });
  expect(sized).toContain('group_size: 32');
  expect(chooseOption(sized, options, { key: 'granularity', value: 'per_row' })).toBe(preset);
});

test('of two values that cannot stand together, either bars the other', () => {
  const clash = { value: 'keep', option: 'format', otherValue: 'safetensors', reason: 'It holds tensors only.' };
  const both = [
    { key: 'format', initial: 'pth' },
    { key: 'rest', initial: 'drop', clash },
  ];
  const flat = chooseOption(preset, both, { key: 'format', value: 'safetensors' });
  const kept = chooseOption(preset, both, { key: 'rest', value: 'keep' });
  expect(barredIn(flat, both, 'rest')).toEqual([{ value: 'keep', reason: clash.reason }]);
  expect(barredIn(kept, both, 'format')).toEqual([{ value: 'safetensors', reason: clash.reason }]);
  for (const key of ['format', 'rest']) expect(barredIn(preset, both, key)).toEqual([]);
});

test('the weights of every Linear are one rule, which is there only while it says something', () => {
  expect(weightsIn(preset, 'int8')).toEqual({ dtype: 'int8' });
  const float = chooseWeights(preset, 'int8', 'fp8_e4m3fn');
  expect(float).toBe(`${preset}  layers:\n    - module_name: Linear\n      weights:\n        dtype: fp8_e4m3fn\n`);
  expect(weightsIn(float, 'int8')).toEqual({ dtype: 'fp8_e4m3fn' });
  expect(chooseWeights(float, 'int8', 'int8')).toBe(preset);
  expect(chooseWeights(preset, 'int8', 'int8')).toBe(preset);
});

test('a general rule with more to say keeps it, and so do the rules after it', () => {
  const yaml = [
    'quantize:',
    '  backend: torchao',
    '  layers:',
    '    - module_name: Linear # all of them',
    '      weights: { dtype: fp8_e5m2, group_size: 32 }',
    '    - module_name: head',
    '      weights: { dtype: native }',
    '',
  ].join('\n');
  expect(weightsIn(yaml, 'int8')).toEqual({ dtype: 'fp8_e5m2' });
  expect(chooseWeights(yaml, 'int8', 'int8')).toBe(yaml.replace('fp8_e5m2', 'int8'));
});

test('rules for some layers only decide themselves', () => {
  expect(weightsIn('backend: torchao\nlayers:\n  - module_name: head\n    weights: { dtype: int8 }\n', 'int8')).toBe(
    'byRules',
  );
});

test('skipped names are a list, or absent', () => {
  const yaml = chooseSkips(preset, ['head', '*.norm']);
  expect(skipsIn(yaml)).toEqual(['head', '*.norm']);
  expect(chooseSkips(yaml, [])).toBe(preset);
});

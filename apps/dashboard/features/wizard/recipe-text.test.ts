import { expect, test } from 'vitest';
import { readRecipeText, setInRecipe } from './recipe-text.ts';

const spec = [
  '# ours',
  'train:',
  '  backend: nccl',
  'quantize:',
  '  backend: torchao # the first try',
  '  backend_kwargs: { compat: torchao-0.15 }',
  '',
].join('\n');

test.each([
  { yaml: spec, backend: 'torchao' },
  { yaml: 'backend: torchao', backend: 'torchao' },
  { yaml: '{"quantize": {"backend": "torchao"}}', backend: 'torchao' },
])('finds the section in $yaml', ({ yaml, backend }) => {
  expect(readRecipeText(yaml).section?.backend).toBe(backend);
});

test.each([
  { yaml: '', problem: null },
  { yaml: 'hello', problem: null },
  { yaml: 'quantize:\n  backend: [torchao', problem: /^The YAML cannot be read: .*line 2/ },
  { yaml: 'a: &a 1\nb: *a', problem: /aliases/ },
])('$yaml has no section', ({ yaml, problem }) => {
  const read = readRecipeText(yaml);
  expect(read.section).toBeNull();
  if (problem) expect(read.problem).toMatch(problem);
  else expect(read.problem).toBeNull();
});

test('a value is set in place: comments, order and what else there is stay', () => {
  expect(setInRecipe(spec, ['backend_kwargs', 'group_size'], 32)).toBe(
    spec.replace('{ compat: torchao-0.15 }', '{ compat: torchao-0.15, group_size: 32 }'),
  );
});

test('a value taken out takes the mapping with it that it leaves empty, not the section', () => {
  expect(setInRecipe(spec, ['backend_kwargs', 'compat'], undefined)).toBe(
    spec.replace('  backend_kwargs: { compat: torchao-0.15 }\n', ''),
  );
  expect(setInRecipe('quantize:\n  backend: torchao\n', ['backend'], undefined)).toBe('quantize: {}\n');
});

test('taking out what is not there changes nothing', () => {
  expect(setInRecipe('backend: torchao\n', ['backend_kwargs', 'compat'], undefined)).toBe('backend: torchao\n');
});

test('a key with nothing after it takes values', () => {
  const yaml = 'quantize:\n  backend: torchao\n  layers:\n';
  expect(setInRecipe(yaml, ['layers', 0, 'weights', 'dtype'], 'fp8_e5m2')).toBe(
    'quantize:\n  backend: torchao\n  layers:\n    - weights:\n        dtype: fp8_e5m2\n',
  );
});

test('a text that cannot be read is left alone', () => {
  expect(setInRecipe('quantize: [', ['backend'], 'torchao')).toBe('quantize: [');
});

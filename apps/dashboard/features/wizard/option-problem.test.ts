import { expect, test } from 'vitest';
import { optionProblem, type Takes } from './option-problem.ts';

const whole: Takes = { range: { min: 1, max: 4096, whole: true } };
const decimal: Takes = { range: { min: 50, max: 100, whole: false } };
const list: Takes = { texts: { of: 'operator types' } };
const closed: Takes = { texts: { of: 'passes', among: ['concat_elimination'] } };
const shape: Takes = { text: { pattern: '^[a-z]+:\\d+(x\\d+)*$', example: 'x:1x3' } };
const choice: Takes = { choices: [{ value: 'fp16' }, { value: 'fp32' }] };

test.each<[Takes, unknown]>([
  [whole, 1],
  [whole, 4096],
  [decimal, 99.99],
  [list, []],
  [list, ['Conv', 'Gemm']],
  [closed, ['concat_elimination']],
  [shape, 'ids:1x128'],
  [choice, 'fp32'],
  [whole, null],
  [{ ...list, initial: null }, null],
])('%j takes %j', (takes, value) => {
  expect(optionProblem(takes, value)).toBeNull();
});

test.each<[Takes, unknown, string]>([
  [whole, -5, 'Write a whole number from 1 to 4,096.'],
  [whole, 1.5, 'Write a whole number from 1 to 4,096.'],
  [whole, Number.NaN, 'Write a whole number from 1 to 4,096.'],
  [whole, '5', 'Write a whole number from 1 to 4,096.'],
  [{ ...whole, initial: 128 }, null, 'Write a whole number from 1 to 4,096.'],
  [decimal, 100.01, 'Write a number from 50 to 100.'],
  [decimal, '-', 'Write a number from 50 to 100.'],
  [list, 'Conv', 'The YAML says something else than a list of operator types.'],
  [list, ['Conv', 3], 'Each of the operator types is a text of at most 1,000 characters.'],
  [list, ['x'.repeat(1_001)], 'Each of the operator types is a text of at most 1,000 characters.'],
  [closed, ['fusion'], 'fusion is not among the passes.'],
  [shape, 'x=1x3', 'Write it as in x:1x3.'],
  [choice, 'fp8', 'fp8 is not among its values.'],
])('%j does not take %j', (takes, value, sentence) => {
  expect(optionProblem(takes, value)).toBe(sentence);
});

import { expect, test } from 'vitest';
import type { OptionCard } from './option-card.ts';
import type { JsonValue } from './recipe.ts';
import { whatItTakes } from './what-it-takes.ts';

type Takes = OptionCard['takes'];
const choice: Takes = { oneOf: [null, 'int8', 'fp8'] };
const whole: Takes = { integer: { min: 1, max: 23 } };
const decimal: Takes = { number: { min: 50, max: 100 } };
const list: Takes = { texts: { of: 'operator types', example: 'Conv' } };
const closed: Takes = { texts: { of: 'passes', example: 'concat_elimination', among: ['concat_elimination'] } };
const shape: Takes = { text: { pattern: /^[a-z]+:\d+(x\d+)*$/, example: 'x:1x3' } };

test.each<[Takes, JsonValue]>([
  [choice, 'fp8'],
  [choice, null],
  [whole, 1],
  [whole, 23],
  [decimal, 50],
  [decimal, 99.995],
  [list, ['Conv', 'Gemm']],
  [list, []],
  [closed, ['concat_elimination']],
  [closed, []],
  [shape, 'ids:1x128'],
])('%j takes %j', (takes, value) => {
  expect(whatItTakes(card(takes), value)).toBeNull();
});

test.each<[Takes, JsonValue, string]>([
  [choice, 'int4', 'It offers "int8", "fp8".'],
  [choice, 'INT8', 'It offers "int8", "fp8".'],
  [whole, 0, 'It takes a whole number from 1 to 23.'],
  [whole, 24, 'It takes a whole number from 1 to 23.'],
  [whole, 1.5, 'It takes a whole number from 1 to 23.'],
  [whole, '13', 'It takes a whole number from 1 to 23.'],
  [decimal, 49.9, 'It takes a number from 50 to 100.'],
  [decimal, '99.9', 'It takes a number from 50 to 100.'],
  [list, 'Conv', 'It takes a list of at most 1000 operator types, such as ["Conv"].'],
  [list, ['Conv', 1], 'It takes a list of at most 1000 operator types, such as ["Conv"].'],
  [list, [''], 'It takes a list of at most 1000 operator types, such as ["Conv"].'],
  [list, ['x'.repeat(1_001)], 'It takes a list of at most 1000 operator types, such as ["Conv"].'],
  [list, new Array<string>(1_001).fill('Conv'), 'It takes a list of at most 1000 operator types, such as ["Conv"].'],
  [closed, ['fusion'], 'It takes a list of passes, and "fusion" is none: there is concat_elimination.'],
  [shape, 'x', 'Write it as in "x:1x3".'],
  [shape, ['x:1'], 'Write it as in "x:1x3".'],
  [shape, `x:${'1'.repeat(1_000)}`, 'Write it as in "x:1x3".'],
])('%j does not take %j', (takes, value, sentence) => {
  expect(whatItTakes(card(takes), value)).toBe(sentence);
});

test('what a recipe means anyway may be written out, also where the range has no such value', () => {
  expect(whatItTakes(card(whole), null)).toBeNull();
  expect(whatItTakes({ ...card(list), initial: ['Conv'] }, ['Conv'])).toBeNull();
  expect(whatItTakes({ ...card(whole), initial: 13 }, null)).toBe('It takes a whole number from 1 to 23.');
});

function card(takes: Takes): OptionCard {
  return { title: 'An option', help: 'It changes something.', takes, initial: null };
}

import { expect, test } from 'vitest';
import { namesToTry } from './names-to-try.ts';

const names = ['conv1', 'conv2', 'bn1', 'act', 'pool', 'fc1', 'fc2'];

test.each([
  ['fc3', 'The nearest names are fc1, fc2.'],
  ['convv*', 'The nearest names are conv1, conv2.'],
  ['covn1', 'The nearest name is conv1.'],
  ['poool', 'The nearest name is pool.'],
  ['foo', 'No name is near it. The names are conv1, conv2, bn1, act and 3 more.'],
  ['encoder.layers.*', 'No name is near it. The names are conv1, conv2, bn1, act and 3 more.'],
])('for %s, only what could be meant is called near', (wanted, sentence) => {
  expect(namesToTry(wanted, names)).toBe(sentence);
});

test('where there are no names, none is near', () => {
  expect(namesToTry('fc', [])).toBe('There are no names.');
});

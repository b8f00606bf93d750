import { expect, test } from 'vitest';
import { moduleInSentence, startSentence } from './module-in-sentence.ts';

test('the root module, which is called nothing, is the network itself', () => {
  expect(['', 'fc1'].map(moduleInSentence)).toEqual(['the network itself', 'fc1']);
});

test.each([
  ['the network itself is idle.', 'The network itself is idle.'],
  ['fc1 is idle.', 'fc1 is idle.'],
])('“%s” begins as “%s”', (sentence, expected) => {
  expect(startSentence(sentence)).toBe(expected);
});

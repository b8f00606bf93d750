import { expect, test } from 'vitest';
import { printable } from './printable.ts';

test.each([
  { given: 'fc.weight → int8 “ok”\n\tnext', shown: 'fc.weight → int8 “ok”\n\tnext' },
  { given: 'a\x1b[2Kb', shown: 'a\uFFFD[2Kb' },
  { given: 'a\rb\x07\x9bc', shown: 'a\uFFFDb\uFFFD\uFFFDc' },
  { given: 'a\u202Eb', shown: 'a\uFFFDb' },
])('$given is shown as $shown', ({ given, shown }) => {
  expect(printable(given)).toBe(shown);
});

import { expect, test } from 'vitest';
import { fnmatch } from './fnmatch.ts';

// Expected answers are those of CPython's fnmatch.fnmatchcase.
const cases: readonly [name: string, pattern: string, matches: boolean][] = [
  ['layer1.0.conv1', '*', true],
  ['layer1.0.conv1', 'layer1.*', true],
  ['layer1.0.conv1', 'layer1.?.conv[12]', true],
  ['layer1.0.conv3', 'layer1.?.conv[!12]', true],
  ['layer1.0.conv1', 'layer1', false],
  ['Linear', 'linear', false],
  ['head', '*head*', true],
  ['a]b', 'a[]]b', true],
  ['a-b', 'a[+-]b', true],
  ['a5', 'a[0-9]', true],
  ['a[b', 'a[b', true],
  ['', '*', true],
  ['', '?', false],
];

test.each(cases)('%j against %j is %j', (name, pattern, matches) => {
  expect(fnmatch(name, pattern)).toBe(matches);
});

test('a pattern made to be slow is not', () => {
  expect(fnmatch('a'.repeat(2000), `${'*a'.repeat(400)}b`)).toBe(false);
});

import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { hasUnstorableText } from './unstorable-text.ts';

const plain = parse('{ viewer { id } }');

it.each([
  ['a plain operation', plain, { name: 'Größe 數字 😀', deep: [{ a: 1, b: null }] }, false],
  ['a NUL in a variable', plain, { a: { b: ['x\0'] } }, true],
  ['a NUL in a key', plain, { recipe: { 'x\0': 1 } }, true],
  ['half a character', plain, { a: '\ud83d' }, true],
  ['a NUL in the document', parse('{ organization(slug: "a\\u0000") { id } }'), {}, true],
])('%s', (_, document, variables, found) => {
  expect(hasUnstorableText({ document, variables })).toBe(found);
});

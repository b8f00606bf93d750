import { expect, test } from 'vitest';
import { nextPath } from './next-path.ts';

test.each([
  ['/acme/vision', '/acme/vision'],
  ['/', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  [null, '/'],
])('asked for %s it goes to %s', (asked, path) => {
  expect(nextPath(asked)).toBe(path);
});

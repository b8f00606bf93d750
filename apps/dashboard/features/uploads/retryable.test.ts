import { expect, test } from 'vitest';
import { retryable } from './retryable.ts';

test.each([
  [400, false],
  [401, false],
  [404, false],
  [409, true],
  [413, false],
  [423, true],
  [429, true],
  [460, true],
  [500, true],
  [503, true],
])('an answer of %i is worth another try: %s', (status, again) => {
  const originalResponse = {
    getStatus: () => status,
    getHeader: () => undefined,
    getBody: () => '',
    getUnderlyingObject: () => null,
  };
  expect(retryable({ originalResponse })).toBe(again);
});

test('a connection that was cut is worth another try', () => {
  expect(retryable(new Error('network'))).toBe(true);
  expect(retryable({ originalResponse: null })).toBe(true);
});

import { expect, test } from 'vitest';
import { timeTaken } from './time-taken.ts';

const startedAt = '2026-01-01T10:00:00.000Z';

test.each([
  [{ startedAt, endedAt: '2026-01-01T10:00:03.240Z' }, '3.2 s'],
  [{ startedAt, endedAt: '2026-01-01T10:03:20.000Z' }, '3 min 20 s'],
  [{ startedAt, endedAt: null }, null],
  [{ startedAt: null, endedAt: '2026-01-01T10:00:03.240Z' }, null],
  [{}, null],
])('of %j it is %j', (times, words) => {
  expect(timeTaken(times)).toBe(words);
});

import { expect, test } from 'vitest';
import { readSaying } from './read-saying.ts';

test.each([
  { say: 'progress', stage: 'quantize', fraction: 0.5 },
  { say: 'log', level: 'warning', line: 'x' },
  { say: 'plan', plan: { layers: [] } },
  { say: 'done', result: { value: { seconds: 1 }, outputs: ['a'] } },
  { say: 'failed', failure: { code: 'CRASHED', message: 'x' } },
  { say: 'failed', failure: { code: 'UNSUPPORTED', message: 'x', remedy: 'y' } },
])('%j is a saying', (message) => {
  expect(readSaying(message)).toEqual(message);
});

test.each([
  null,
  'done',
  {},
  { say: 'shout' },
  { say: 'log', level: 'info', line: 7 },
  { say: 'progress', stage: 'party', fraction: 1 },
  { say: 'progress', stage: 'load', fraction: '1' },
  { say: 'plan', plan: null },
  { say: 'done', result: { outputs: 'a' } },
  { say: 'failed', failure: { code: 'OURS', message: 'x' } },
])('%j is none', (message) => {
  expect(readSaying(message)).toBeNull();
});

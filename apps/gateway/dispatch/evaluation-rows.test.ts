import { expect, test } from 'vitest';
import { evaluationRows } from './evaluation-rows.ts';

const key = { organizationId: 'o', runId: 'r' };

test('a pair of scores becomes two rows', () => {
  const evaluation = {
    metric: 'top1',
    float: { correct: 3, total: 4 },
    quantized: { correct: 2, total: 4 },
    agreement: 3,
  };
  expect(evaluationRows(key, { evaluation })).toEqual([
    { ...key, subject: 'float', metric: 'top1', value: 0.75, correct: 3, total: 4 },
    { ...key, subject: 'quantized', metric: 'top1', value: 0.5, correct: 2, total: 4 },
  ]);
});

test.each([
  ['no evaluation', { evaluation: null }],
  ['nothing at all', null],
  ['no samples', { evaluation: { metric: 'top1', float: { correct: 0, total: 0 }, quantized: {} } }],
  ['more right than asked', { evaluation: { metric: 'top1', float: { correct: 5, total: 4 } } }],
])('%s brings no row', (_what, outcome) => {
  expect(evaluationRows(key, outcome)).toEqual([]);
});

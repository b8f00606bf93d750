import { expect, it } from 'vitest';
import { blocksAsRows } from './granularity.ts';

it.each([
  { shape: [8, 6], granularity: { kind: 'per-tensor' }, blocks: { rows: 1, cols: 48 } },
  { shape: [8, 6], granularity: { kind: 'per-channel', axis: 0 }, blocks: { rows: 8, cols: 6 } },
  { shape: [8, 3, 3, 3], granularity: { kind: 'per-channel', axis: 0 }, blocks: { rows: 8, cols: 27 } },
  { shape: [8, 6], granularity: { kind: 'per-channel', axis: 1 }, blocks: null },
  { shape: [8, 6], granularity: { kind: 'per-group', size: 3 }, blocks: { rows: 16, cols: 3 } },
  { shape: [8, 6], granularity: { kind: 'per-group', size: 4 }, blocks: null },
  { shape: [], granularity: { kind: 'per-tensor' }, blocks: { rows: 1, cols: 1 } },
] as const)('$shape in $granularity has blocks $blocks', ({ shape, granularity, blocks }) => {
  expect(blocksAsRows(shape, granularity)).toEqual(blocks);
});

import { expect, test } from 'vitest';
import { formatBytes } from './bytes.ts';
import { counted, formatPercent, formatPoints, formatShape, formatShrink } from './number.ts';
import { formatAgo, formatDuration } from './time.ts';

test.each([
  [formatBytes(0), '0 B'],
  [formatBytes(999), '999 B'],
  [formatBytes(1_254_000), '1.25 MB'],
  [formatBytes(43_210_000_000), '43.2 GB'],
  [formatBytes(999_600), '1.00 MB'],
  [counted(1, 'layer'), '1 layer'],
  [counted(1_200, 'layer'), '1,200 layers'],
  [formatPercent(0.98333), '98.33 %'],
  [formatPoints(-0.00333), '−0.33 points'],
  [formatPoints(0), '±0 points'],
  [formatPoints(0.01), '+1.00 points'],
  [formatShrink(100, 26), '3.85× smaller'],
  [formatShrink(100, 0), '–'],
  [formatShrink(100, 100), 'the same size'],
  [formatShrink(734_000, 734_096), '96 B larger'],
  [formatShrink(100, 99.5), '0.5 % smaller'],
  [formatShrink(100, 101.2), '1.2 % larger'],
  [formatShrink(100, 120), '1.20× larger'],
  [formatShape([64, 1, 3]), '64 × 1 × 3'],
  [formatShape([]), 'scalar'],
  [formatDuration(0.84), '0.8 s'],
  [formatDuration(59.9), '1 min'],
  [formatDuration(200), '3 min 20 s'],
  [formatDuration(3_900), '1 h 5 min'],
  [formatAgo('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:20Z')), 'just now'],
  [formatAgo('2026-01-01T00:00:00Z', Date.parse('2026-01-01T02:00:00Z')), '2 hours ago'],
])('%s reads %s', (formatted, expected) => {
  expect(formatted).toBe(expected);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sourceFiles } from './kit/source-files.ts';

const longest = 400;
const lengths = sourceFiles(['apps', 'services', 'prisma', 'infra', 'test'])
  .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
  .sort((a, b) => b.lines - a.lines);

test(`no file has more than ${longest} lines`, () => {
  expect(lengths.filter(({ lines }) => lines > longest)).toEqual([]);
});

test('nine of ten files have at most 250 lines, and half of them at most 80', () => {
  const at = (share: number) => lengths[Math.floor(lengths.length * (1 - share))]?.lines;
  expect(at(0.9)).toBeLessThanOrEqual(250);
  expect(at(0.5)).toBeLessThanOrEqual(80);
});

test('no file or folder is named for nothing in particular', () => {
  const names = /(^|\/)(utils?|helpers?|common|shared|managers?)(\/|\.tsx?$)/;
  expect(lengths.map(({ file }) => file).filter((file) => names.test(file))).toEqual([]);
});

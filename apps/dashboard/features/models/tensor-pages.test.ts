import { expect, test } from 'vitest';
import { addPage, pageSize, pagesAround, rowAt } from './tensor-pages.ts';

test.each([
  { first: 0, last: 20, total: 12_000, pages: [0, 1] },
  { first: 390, last: 410, total: 12_000, pages: [1, 2, 3, 0] },
  { first: 11_980, last: 11_999, total: 12_000, pages: [59, 58] },
  { first: 0, last: 20, total: 30, pages: [0] },
  { first: 0, last: -1, total: 12_000, pages: [0, 1] },
  { first: 500, last: 520, total: 30, pages: [] },
  { first: 0, last: -1, total: 0, pages: [] },
])('rows $first to $last of $total want the pages $pages', ({ first, last, total, pages }) => {
  expect(pagesAround(first, last, total)).toEqual(pages);
});

test('pages come in any order, and another list begins anew', () => {
  const page = (list: string, number: number) => ({ list, number, total: 1_000, rows: [`${list} ${number}`] });
  const pages = addPage(addPage(null, page('all', 3)), page('all', 0));
  expect(rowAt(pages, 3 * pageSize)).toBe('all 3');
  expect(rowAt(pages, 0)).toBe('all 0');
  expect(rowAt(pages, pageSize)).toBeUndefined();

  const found = addPage(pages, page('search', 0));
  expect(rowAt(found, 0)).toBe('search 0');
  expect(rowAt(found, 3 * pageSize)).toBeUndefined();
});

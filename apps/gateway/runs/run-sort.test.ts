import { describe, expect, it } from 'vitest';
import { parseCursor, runSorts, toCursor } from './run-sort.ts';

const id = '01890000-0000-7000-8000-000000000001';

describe('cursors of run lists', () => {
  it.each(runSorts)('one of %s reads back as it was', (sort) => {
    for (const key of ['-1795500000.123', 'Infinity', '0', '-0.9666666666666667', '1e-07']) {
      expect(parseCursor(sort, toCursor(sort, { key, id }))).toEqual({ key, id });
    }
  });

  it.each([
    ['of another sort', toCursor('SIZE', { key: '1', id })],
    ['with SQL in it', toCursor('NEWEST', { key: "1'; drop table app.runs", id })],
    ['with an id that is none', toCursor('NEWEST', { key: '1', id: 'x' })],
    ['that is no JSON', 'AAAA'],
    ['that is empty', ''],
  ])('one %s is refused', (_, cursor) => {
    expect(() => parseCursor('NEWEST', cursor)).toThrow('not one that this list gave');
  });
});

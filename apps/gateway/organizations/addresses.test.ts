import { expect, test } from 'vitest';
import { addresses } from './addresses.ts';

test('the own address is tried first, then numbered ones, then one that nobody has', () => {
  const tried = [...addresses('Ann’s Labs')];
  expect(tried.slice(0, 3)).toEqual(['ann-s-labs', 'ann-s-labs-2', 'ann-s-labs-3']);
  expect(tried.at(-1)).toMatch(/^ann-s-labs-[0-9a-f]{8}$/);
});

test('a suffix fits into the length of an address', () => {
  for (const address of addresses('x'.repeat(100))) expect(address.length).toBeLessThanOrEqual(48);
});

test('a name of which no letter can stand in an address gets one all the same', () => {
  expect([...addresses('東京')]).toEqual([expect.stringMatching(/^organization-[0-9a-f]{8}$/)]);
});

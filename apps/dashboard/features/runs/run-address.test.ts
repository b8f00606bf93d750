import { expect, test } from 'vitest';
import { readRunAddress } from './run-address.ts';

test.each([
  ['3', { byNumber: true, number: 3, id: '' }],
  ['0', { byNumber: false, number: 0, id: '0' }],
  ['UnVuOjAxYTI=', { byNumber: false, number: 0, id: 'UnVuOjAxYTI=' }],
  ['12345678901', { byNumber: false, number: 0, id: '12345678901' }],
])('%s names a run by %j', (text, address) => {
  expect(readRunAddress(text)).toEqual(address);
});

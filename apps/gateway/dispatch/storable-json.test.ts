import { expect, test } from 'vitest';
import { parseStorable, storableText } from './storable-json.ts';

test.each([
  ['a\0b', 'a\ufffdb'],
  ['half \ud800 pair', 'half \ufffd pair'],
  ['\udc00', '\ufffd'],
  ['whole \ud83d\ude00 pair', 'whole \ud83d\ude00 pair'],
  ['plain', 'plain'],
])('%j is kept as %j', (text, kept) => {
  expect(storableText(text)).toBe(kept);
});

test('every string inside is made storable, and nothing else changes', () => {
  const json = '{"tensors":[{"name":"a\\u0000","bytes":12}],"literal":"\\\\u0000","none":null}';
  expect(parseStorable(json)).toEqual({
    tensors: [{ name: 'a\ufffd', bytes: 12 }],
    literal: '\\u0000',
    none: null,
  });
});

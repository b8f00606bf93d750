import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { readName, slugify } from './text.ts';

describe('names', () => {
  it.each([
    ['  Digits   CNN ', 'Digits CNN'],
    ['Größe 數字', 'Größe 數字'],
  ])('%j is kept as %j', (typed, kept) => {
    expect(readName(['name'], typed)).toBe(kept);
  });

  it.each(['', '   ', 'a\u202eb', 'nul\0', 'x'.repeat(101)])('%j is refused, naming the field', (typed) => {
    expect(() => readName(['input', 'name'], typed)).toThrow(InvalidInputError);
  });

  it.each([
    ['Digits CNN', 'digits-cnn'],
    ['  Größe!  ', 'gro-e'],
    ['數字', ''],
    ['a'.repeat(60), 'a'.repeat(48)],
  ])('%j has the address %j', (name, slug) => {
    expect(slugify(name)).toBe(slug);
  });
});

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashFile } from './hash-file.ts';

test.each([0, 1, 4 * 1024 * 1024, 4 * 1024 * 1024 + 1])(
  'a file of %i bytes has the digest that Node gives it',
  async (size) => {
    const bytes = Buffer.alloc(size, 7);
    const fractions: number[] = [];
    const digest = await hashFile(new Blob([bytes]), (fraction) => fractions.push(fraction));
    expect(digest).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(fractions.at(-1) ?? 1).toBe(1);
  },
);

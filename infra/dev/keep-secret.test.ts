import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepSecret } from './keep-secret.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeropoint-secret-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is made once, long and unlike any other, and closed to others', () => {
  const path = join(folder, 'secret');
  const secret = keepSecret(path);
  expect(secret).toMatch(/^[\w-]{64}$/);
  expect(keepSecret(path)).toBe(secret);
  expect(keepSecret(join(folder, 'other'))).not.toBe(secret);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).sort()).toEqual(['other', 'secret']);
});

it('is what its maker says, the first time', () => {
  const path = join(folder, 'passwords');
  expect(keepSecret(path, () => 'first')).toBe('first');
  expect(keepSecret(path, () => 'second')).toBe('first');
});

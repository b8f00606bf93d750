import { expect, it } from 'vitest';
import { mayHandle } from './member.ts';

it.each([
  ['owner', 'owner', true],
  ['owner', 'viewer', true],
  ['admin', 'owner', false],
  ['admin', 'admin', true],
  ['admin', 'member', true],
] as const)('an %s may give or take the role %s: %s', (role, other, allowed) => {
  expect(mayHandle({ role }, other)).toBe(allowed);
});

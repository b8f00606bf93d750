import { expect, test } from 'vitest';
import { isOnline } from './is-online.ts';

const now = Date.UTC(2026, 0, 1);

test.each([
  { silent: 1, leaseSeconds: 15, online: true },
  { silent: 14, leaseSeconds: 15, online: true },
  { silent: 16, leaseSeconds: 15, online: false },
  { silent: 11, leaseSeconds: 1, online: true },
  { silent: 13, leaseSeconds: 1, online: false },
])('silent for $silent s under a lease of $leaseSeconds s: online is $online', ({ silent, leaseSeconds, online }) => {
  expect(isOnline({ lastSeenAt: new Date(now - silent * 1_000), leaseSeconds }, now)).toBe(online);
});

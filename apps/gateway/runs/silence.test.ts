import { expect, it } from 'vitest';
import { silentFor } from './silence.ts';

it.each([
  { what: 'just heard', left: 15, says: null },
  { what: 'between two heartbeats', left: 10, says: null },
  { what: 'one heartbeat missed', left: 7.4, says: 8 },
  { what: 'about to be lost', left: 0.2, says: 1 },
  { what: 'over, and not yet found', left: -2, says: 0 },
])('a worker is silent or not: $what', ({ left, says }) => {
  const now = Date.now();
  expect(silentFor({ leaseUntil: new Date(now + left * 1_000), leaseSeconds: 15 }, now)).toBe(says);
});

it('a run that nobody holds has no worker to be silent', () => {
  expect(silentFor({ leaseUntil: null, leaseSeconds: 15 }, Date.now())).toBeNull();
});

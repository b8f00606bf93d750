import { expect, test } from 'vitest';
import { createSlots } from './slots.ts';

test('there are no more places than were made, and one that is left wakes who waits', async () => {
  const slots = createSlots(2);
  expect([slots.take(), slots.take(), slots.take()]).toEqual([true, true, false]);
  let woken = 0;
  const waiting = [slots.free(), slots.free()].map((free) => free.then(() => (woken += 1)));
  await Promise.resolve();
  expect(woken).toBe(0);
  slots.leave();
  await Promise.all(waiting);
  expect([slots.take(), slots.take()]).toEqual([true, false]);
});

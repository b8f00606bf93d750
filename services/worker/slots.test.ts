import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSlots, type Slots } from './slots.ts';

test('there are no more places than were made, and one that is left wakes who waits', async () => {
  const slots = createSlots(2);
  expect([slots.take('a'), slots.take('a'), slots.take('a')]).toEqual([true, true, false]);
  let woken = 0;
  const waiting = [slots.free('a'), slots.free('a')].map((free) => free.then(() => (woken += 1)));
  await turn();
  expect(woken).toBe(0);
  slots.leave();
  await Promise.all(waiting);
  expect([slots.take('a'), slots.take('a')]).toEqual([true, false]);
});

test('kinds that all have work take turns, whatever the order in which they ask', async () => {
  const slots = createSlots(1);
  const order: string[] = [];
  for (const kind of ['a', 'b', 'c']) void lookForWork(slots, kind, order);
  for (let round = 0; round < 6; round += 1) {
    await turn();
    slots.leave();
  }
  await turn();
  expect(order).toHaveLength(7);
  for (let start = 0; start + 3 <= 6; start += 3) expect(order.slice(start, start + 3).sort()).toEqual(['a', 'b', 'c']);
});

test('a kind that was let before others and brings nothing has had its turn', async () => {
  const slots = createSlots(1);
  slots.take('a');
  expect(slots.take('b')).toBe(false);
  const [first, second] = [slots.free('a').then(() => 'a'), slots.free('b').then(() => 'b')];
  slots.leave();
  expect(await Promise.race([first, second])).toBe('b');
  void slots.free('b');
  expect(await first).toBe('a');
});

test('the others wait only a moment for a kind that was let before them', async () => {
  const slots = createSlots(1);
  slots.take('a');
  slots.take('b');
  const waiting = [slots.free('a'), slots.free('b')];
  slots.leave();
  await Promise.all(waiting);
  expect(slots.take('a')).toBe(true);
});

/** Asks, finds work at once, and asks again, as the loop of one backend does while its queue is full. */
async function lookForWork(slots: Slots, kind: string, order: string[]): Promise<void> {
  while (order.length < 7) {
    await slots.free(kind);
    if (slots.take(kind)) order.push(kind);
  }
}

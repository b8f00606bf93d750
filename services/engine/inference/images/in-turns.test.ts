import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inTurns } from './in-turns.ts';

const items = Array.from({ length: 100 }, (_, i) => i);

test('everything is done, each in its place', async () => {
  const done: number[] = [];
  await inTurns(items, async (item, place) => {
    await setImmediate();
    done[place] = item;
  });
  expect(done).toEqual(items);
});

test('after a failure nothing is begun, and what was begun has ended', async () => {
  const tally = { begun: 0, ended: 0 };
  const work = inTurns(items, async (item, _, signal) => {
    tally.begun++;
    await setImmediate();
    if (item === 5) throw new Error('5.png cannot be decoded');
    for (let i = 0; i < 3; i++) await setImmediate();
    tally.ended++;
    signal.throwIfAborted();
  });
  await expect(work).rejects.toThrow('5.png cannot be decoded');
  expect(tally.begun).toBeLessThan(20);
  expect(tally.ended).toBe(tally.begun - 1);
});

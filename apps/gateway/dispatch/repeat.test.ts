import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { repeat } from './repeat.ts';

test('work is done again and again, sooner when woken, never twice at once', async () => {
  let running = 0;
  let done = 0;
  const work = async () => {
    running += 1;
    expect(running).toBe(1);
    await sleep(5);
    running -= 1;
    done += 1;
  };
  const repetition = repeat({ everyMs: 60_000, work, onError: () => undefined });
  for (let round = 1; round <= 3; round += 1) {
    await expect.poll(() => done).toBe(round);
    repetition.wake();
  }
  await repetition.stop();
  const last = done;
  await sleep(30);
  expect(done).toBe(last);
});

test('waking during the work makes it done once more', async () => {
  let done = 0;
  const repetition = repeat({
    everyMs: 60_000,
    work: async () => {
      done += 1;
      if (done === 1) repetition.wake();
    },
    afterMs: 1,
    onError: () => undefined,
  });
  await expect.poll(() => done).toBe(2);
  await repetition.stop();
});

test('a failure is told and the next time comes all the same', async () => {
  const errors: unknown[] = [];
  let tries = 0;
  const repetition = repeat({
    everyMs: 5,
    work: async () => {
      tries += 1;
      if (tries === 1) throw new Error('once');
    },
    onError: (error) => errors.push(error),
  });
  await expect.poll(() => tries).toBeGreaterThan(2);
  await repetition.stop();
  expect(errors).toEqual([new Error('once')]);
});

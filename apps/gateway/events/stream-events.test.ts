import { expect, it } from 'vitest';
import type { RunEvent } from '#prisma/generated/client/client.ts';
import { type EventSource, pageSize, streamEvents } from './stream-events.ts';

const event = (seq: number): RunEvent => ({
  organizationId: 'o',
  runId: 'r',
  projectId: 'p',
  seq: BigInt(seq),
  projectSeq: BigInt(seq),
  epoch: 1,
  kind: 'log',
  data: {},
  at: new Date(0),
});

/** A table of events that can grow while it is read. */
function createTable(): EventSource & { add(count: number): void; duringRead: (() => void) | null; listeners: number } {
  const rows: RunEvent[] = [];
  const wakes = new Set<() => void>();
  const table = {
    patience: 60_000,
    duringRead: null as (() => void) | null,
    get listeners() {
      return wakes.size;
    },
    add(count: number) {
      for (let i = 0; i < count; i += 1) rows.push(event(rows.length + 1));
      for (const wake of wakes) wake();
    },
    async read(after: bigint) {
      const page = rows.filter(({ seq }) => seq > after).slice(0, pageSize);
      table.duringRead?.();
      return page;
    },
    seqOf: ({ seq }: RunEvent) => seq,
    listen(wake: () => void) {
      wakes.add(wake);
      return () => wakes.delete(wake);
    },
  };
  return table;
}

async function take(stream: AsyncGenerator<RunEvent>, count: number): Promise<number[]> {
  const seqs: number[] = [];
  while (seqs.length < count) seqs.push(Number((await stream.next()).value?.seq));
  return seqs;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

it('gives a backlog of many pages and what comes afterwards, each once and in order', async () => {
  const table = createTable();
  table.add(2 * pageSize + 7);
  const stream = streamEvents(table, 0n);
  expect(await take(stream, 2 * pageSize + 7)).toEqual(range(1, 2 * pageSize + 7));
  const next = take(stream, 3);
  setTimeout(() => table.add(3), 5);
  expect(await next).toEqual(range(2 * pageSize + 8, 2 * pageSize + 10));
});

it('goes on after the number it is given', async () => {
  const table = createTable();
  table.add(10);
  expect(await take(streamEvents(table, 7n), 3)).toEqual([8, 9, 10]);
});

it('misses no event that comes between its read and its wait', async () => {
  const table = createTable();
  table.duringRead = () => {
    table.duringRead = null;
    table.add(1);
  };
  expect(await take(streamEvents(table, 0n), 1)).toEqual([1]);
});

it('stops listening when its reader leaves', async () => {
  const table = createTable();
  table.add(1);
  const stream = streamEvents(table, 0n);
  await stream.next();
  expect(table.listeners).toBe(1);
  await stream.return();
  expect(table.listeners).toBe(0);
});

it('ends at once for a reader that leaves while it waits', async () => {
  const table = createTable();
  const stream = streamEvents(table, 0n);
  const waiting = stream.next();
  await expect.poll(() => table.listeners).toBe(1);
  await stream.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(table.listeners).toBe(0);
});

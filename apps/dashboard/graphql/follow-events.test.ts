import { expect, test, vi } from 'vitest';
import { type EventSink, type FollowState, followEvents, reconnectDelayMs } from './follow-events.ts';

type Numbered = { readonly seq: number };

function scriptedServer() {
  const asked: number[] = [];
  const sinks: EventSink<Numbered>[] = [];
  const open = (seq: number, sink: EventSink<Numbered>) => {
    asked.push(seq);
    sinks.push(sink);
    return () => {};
  };
  const connection = (index: number): EventSink<Numbered> => {
    const sink = sinks[index];
    if (!sink) throw new Error(`connection ${index} was never opened, ${sinks.length} were`);
    return sink;
  };
  return { asked, open, connection };
}

test('a broken connection resumes after the last event, and repeated events are dropped', () => {
  vi.useFakeTimers();
  const server = scriptedServer();
  const seen: number[] = [];
  const states: FollowState[] = [];
  const stop = followEvents<Numbered>({
    afterSeq: 4,
    open: server.open,
    seqOf: (event) => event.seq,
    onEvent: (event) => seen.push(event.seq),
    onState: (state) => states.push(state),
    random: () => 1,
  });
  server.connection(0).next({ seq: 5 });
  server.connection(0).next({ seq: 6 });
  server.connection(0).ended();
  server.connection(0).next({ seq: 7 });
  vi.advanceTimersByTime(500);
  server.connection(1).opened();
  server.connection(1).next({ seq: 6 });
  server.connection(1).next({ seq: 7 });
  stop();
  server.connection(1).ended();
  vi.advanceTimersByTime(60_000);
  expect(server.asked).toEqual([4, 6]);
  expect(seen).toEqual([5, 6, 7]);
  expect(states).toEqual(['connecting', 'live', 'live', 'reconnecting', 'reconnecting', 'live', 'live']);
  vi.useRealTimers();
});

test.each([
  { failures: 1, random: 0, ms: 250 },
  { failures: 1, random: 1, ms: 500 },
  { failures: 3, random: 1, ms: 2_000 },
  { failures: 40, random: 1, ms: 15_000 },
])('after $failures failures and a draw of $random it waits $ms ms', ({ failures, random, ms }) => {
  expect(reconnectDelayMs(failures, random)).toBe(ms);
});

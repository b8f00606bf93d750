import type { RunEvent } from '#prisma/generated/client/client.ts';
import { endable } from './endable.ts';

export type EventSource = {
  /** Up to `pageSize` events after `seq`, in order. */
  read(after: bigint): Promise<readonly RunEvent[]>;
  seqOf(event: RunEvent): bigint;
  /** Begins to listen; the result ends it. */
  listen(wake: () => void): () => void;
  /** Looks again after this many milliseconds even if nobody woke it. */
  readonly patience: number;
};

export const pageSize = 200;

/**
 * Every event after `afterSeq`, once and in order, for as long as it is asked. It listens before it reads, so that
 * nothing falls between; it holds one page and a flag, so that a slow reader costs no memory: what it has not taken
 * yet waits in Postgres.
 */
export function streamEvents(source: EventSource, afterSeq: bigint): AsyncGenerator<RunEvent, void, void> {
  const bell = createBell(source.patience);
  return endable(follow(source, bell, afterSeq), bell.silence);
}

async function* follow(source: EventSource, bell: Bell, afterSeq: bigint): AsyncGenerator<RunEvent, void, void> {
  const stop = source.listen(bell.ring);
  let last = afterSeq;
  try {
    while (!bell.isSilent()) {
      bell.reset();
      const page = await source.read(last);
      for (const event of page) {
        last = source.seqOf(event);
        yield event;
      }
      if (page.length < pageSize) await bell.rung();
    }
  } finally {
    stop();
  }
}

type Bell = ReturnType<typeof createBell>;

/** Remembers a ring until the next reset, so that one during a read is not missed. Silence is the last ring. */
function createBell(patience: number) {
  let rang = false;
  let silent = false;
  let answer: (() => void) | null = null;
  return {
    ring() {
      rang = true;
      answer?.();
    },
    reset() {
      rang = silent;
    },
    silence() {
      silent = true;
      rang = true;
      answer?.();
    },
    isSilent: () => silent,
    rung(): Promise<void> {
      if (rang) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(() => answer?.(), patience);
        answer = () => {
          clearTimeout(timer);
          answer = null;
          resolve();
        };
      });
    },
  };
}

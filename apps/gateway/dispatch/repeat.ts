import { setTimeout as sleep } from 'node:timers/promises';

export type Repetition = {
  /** Does it now rather than at its time. */
  wake(): void;
  /** Resolves when the work under way, if any, is done. */
  stop(): Promise<void>;
};

export type Repeated = {
  readonly everyMs: number;
  /** Waited before the first time. */
  readonly afterMs?: number;
  work(): Promise<void>;
  onError(error: unknown): void;
};

/** Does `work` again and again, never twice at once; a failure is told and tried again at the next time. */
export function repeat({ everyMs, afterMs = 0, work, onError }: Repeated): Repetition {
  const stopping = new AbortController();
  let waking = new AbortController();
  let woken = false;

  const pause = async (milliseconds: number) => {
    if (!woken) await sleep(milliseconds, undefined, { signal: waking.signal }).catch(() => undefined);
    woken = false;
    waking = new AbortController();
  };

  const running = (async () => {
    if (afterMs > 0) await sleep(afterMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    while (!stopping.signal.aborted) {
      await work().catch(onError);
      if (!stopping.signal.aborted) await pause(everyMs);
    }
  })();

  const wake = () => {
    woken = true;
    waking.abort();
  };
  return {
    wake,
    async stop() {
      stopping.abort();
      wake();
      await running;
    },
  };
}

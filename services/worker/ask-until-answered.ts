import { setTimeout as sleep } from 'node:timers/promises';
import { UnansweredError } from '#bus/questions.ts';

const pause = 500;

/** Asks again until a gateway answers: one that restarts is away for seconds. Rejects when `signal` aborts. */
export async function askUntilAnswered<Answer>(ask: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof UnansweredError)) throw error;
    }
    await sleep(pause, undefined, { signal });
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { UnansweredError } from '#bus/questions.ts';

const pause = 500;
/** Milliseconds for which a gateway may say that it failed (its database restarts) before it is believed. */
const patience = 120_000;

/**
 * Asks again until a gateway answers: one that restarts is away for seconds. Rejects when `signal` aborts, when the
 * gateway cannot read the question, and when it kept failing over it.
 */
export async function askUntilAnswered<Answer>(ask: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  let failingSince: number | null = null;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof UnansweredError) || error.why === 'unreadable') throw error;
      const now = performance.now();
      failingSince = error.why === 'failed' ? (failingSince ?? now) : null;
      if (failingSince !== null && now - failingSince > patience) throw error;
    }
    await sleep(pause, undefined, { signal });
  }
}

import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Somebody pressed Ctrl-C or asked politely; 128 + the signal's number is what shells expect. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: (typeof signals)[number]) {
    super(`ended by ${signal}; nothing was written.`);
    this.name = 'Interrupted';
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** Work that a signal ends between two steps, so that it can clear up behind itself. A second signal ends the process at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const handlers = signals.map((signal) => ({ signal, abort: () => controller.abort(new Interrupted(signal)) }));
  for (const { signal, abort } of handlers) process.once(signal, abort);
  try {
    return await work(controller.signal);
  } finally {
    for (const { signal, abort } of handlers) process.removeListener(signal, abort);
  }
}

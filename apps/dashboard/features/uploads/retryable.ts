import type { DetailedError } from 'tus-js-client';

/** Refusals that pass: another offset, a held lock, too many requests, bytes that were damaged on the way. */
const passing: ReadonlySet<number> = new Set([409, 423, 429, 460]);

/** Whether sending again can help: after a cut connection or a server in trouble, not after the server said no. */
export function retryable(error: Error | Pick<DetailedError, 'originalResponse'>): boolean {
  const status = ('originalResponse' in error && error.originalResponse?.getStatus()) || 0;
  return status < 400 || status >= 500 || passing.has(status);
}

type Silence = { readonly workerLostInSeconds?: number | null | undefined; readonly lastAttempt: boolean };

/** What happens to a run whose worker stopped answering; null while it answers. */
export function silenceWords({ workerLostInSeconds: seconds, lastAttempt }: Silence): string | null {
  if (seconds == null) return null;
  const when = seconds === 0 ? 'now' : `in about ${seconds} s`;
  return lastAttempt
    ? `The worker stopped answering. This is the last attempt: without a word of it the run fails ${when}.`
    : `The worker stopped answering; the run starts again ${when}.`;
}

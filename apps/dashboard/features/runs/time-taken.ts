import { formatDuration, secondsBetween } from '#dashboard/ui/format/time.ts';

type Times = { readonly startedAt?: string | null; readonly endedAt?: string | null };

/** How long a run took wherever it is shown: from when a worker first took it to its end; null while it has none. */
export function timeTaken({ startedAt, endedAt }: Times): string | null {
  return startedAt && endedAt ? formatDuration(secondsBetween(startedAt, endedAt)) : null;
}

import { formatDuration } from '#dashboard/ui/format/time.ts';

/** A shorter estimate is over before it is read. */
const leastSeconds = 3;

type Going = { readonly state: string; readonly etaSeconds?: number | null | undefined };

/** “About 12 s left” of a run that is under way; null where there is nothing to say. */
export function timeLeft({ state, etaSeconds }: Going): string | null {
  if (state !== 'RUNNING') return null;
  if (etaSeconds == null) return 'Estimating the time left';
  return etaSeconds < leastSeconds ? null : `About ${formatDuration(etaSeconds)} left`;
}

/** What the row of a run says of its worker: until when it is believed without another word of it. */
export type Held = { readonly leaseUntil: Date | null; readonly leaseSeconds: number };

/**
 * Seconds until a worker that missed its heartbeat counts as lost; null while it answers. Heartbeats come three to a
 * lease, so that at least half of it is left while none is missing.
 */
export function silentFor({ leaseUntil, leaseSeconds }: Held, now: number): number | null {
  if (leaseUntil === null) return null;
  const left = (leaseUntil.getTime() - now) / 1_000;
  return left < leaseSeconds / 2 ? Math.max(0, Math.ceil(left)) : null;
}

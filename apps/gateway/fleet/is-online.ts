/** A worker says hello every five seconds; two that are late do not make it gone. */
const patience = 12;

type Heard = { readonly lastSeenAt: Date; readonly leaseSeconds: number };

/** Whether a worker was heard of within a lease, after which its runs are given to others: one that was killed is not counted for longer. */
export function isOnline({ lastSeenAt, leaseSeconds }: Heard, now = Date.now()): boolean {
  return lastSeenAt.getTime() > now - Math.max(leaseSeconds, patience) * 1_000;
}

import type { Bus } from '#bus/connect-bus.ts';
import { Verdict } from '#bus/messages.ts';
import { calls } from '#bus/subjects.ts';

export type LeaseKey = { readonly organizationId: string; readonly runId: string; readonly epoch: number };

/** canceled: someone asked for it. lost: another holds the run. released: this worker is being stopped. */
type LeaseEnd = 'canceled' | 'lost' | 'released';

export type Lease = {
  /** Aborts when the attempt must stop, for whatever reason. */
  readonly signal: AbortSignal;
  /** Aborts when nothing said under the lease is heard any more. */
  readonly lost: AbortSignal;
  ended(): LeaseEnd | null;
  /** Takes what an answer of the gateway says. */
  obey(verdict: Verdict): void;
  /** Asks the gateway now. */
  look(): void;
  release(): void;
  stop(): void;
};

/**
 * Keeps a lease by heartbeats, three in its length, and carries what their answers say. Silence is no answer:
 * while no gateway is there, none can give the run to another.
 */
export function holdLease(bus: Bus, key: LeaseKey, leaseSeconds: number): Lease {
  const stopping = new AbortController();
  const losing = new AbortController();
  const every = (leaseSeconds * 1_000) / 3;
  let end: LeaseEnd | null = null;

  const finish = (reason: LeaseEnd) => {
    if (reason === 'lost') losing.abort();
    // A lease that is lost stays lost; of the other two the first one counts.
    if (end === null || reason === 'lost') end = reason;
    stopping.abort();
  };
  const obey = (verdict: Verdict) => {
    if (verdict === Verdict.LOST) finish('lost');
    if (verdict === Verdict.CANCEL) finish('canceled');
  };
  const look = () => {
    bus.request(calls.heartbeat, key, every).then(
      ({ verdict }) => obey(verdict),
      () => undefined,
    );
  };

  const timer = setInterval(look, every);
  return {
    signal: stopping.signal,
    lost: losing.signal,
    ended: () => end,
    obey,
    look,
    release: () => finish('released'),
    stop: () => clearInterval(timer),
  };
}

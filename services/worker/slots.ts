/**
 * A number of places for work of several kinds. Asking whether there is one and taking it are two steps, in that
 * order; a kind that asked and was turned away goes before all that were not, so that none can keep another out.
 */
export type Slots = {
  /** Resolves when work of this kind may be looked for: a place may be free, and it is this kind's turn. */
  free(kind: string): Promise<void>;
  /** False: someone was faster. */
  take(kind: string): boolean;
  leave(): void;
};

/** Milliseconds for which a kind that was turned away may ask alone. Its job may have gone to another worker. */
const headStart = 500;

type Waiting = { readonly kind: string; readonly wake: () => void };

export function createSlots(count: number): Slots {
  let taken = 0;
  let waiting: Waiting[] = [];
  const turnedAway = new Set<string>();
  /** Those of them that were let ask again; one that then brings nothing has had its turn. */
  const asking = new Set<string>();

  const mayAsk = (kind: string) => taken < count && (turnedAway.size === 0 || turnedAway.has(kind));
  const served = (kind: string) => {
    turnedAway.delete(kind);
    asking.delete(kind);
  };
  const letFirst = (kind: string) => {
    asking.add(kind);
    setTimeout(() => {
      if (!asking.has(kind)) return;
      served(kind);
      wakeAll();
    }, headStart).unref();
  };
  const wakeAll = () => {
    const woken = waiting.filter(({ kind }) => mayAsk(kind));
    waiting = waiting.filter((one) => !woken.includes(one));
    for (const { kind, wake } of woken) {
      if (turnedAway.has(kind)) letFirst(kind);
      wake();
    }
  };

  return {
    free(kind) {
      if (asking.has(kind)) served(kind);
      const turn = new Promise<void>((wake) => waiting.push({ kind, wake }));
      wakeAll();
      return turn;
    },
    take(kind) {
      if (taken >= count) {
        turnedAway.add(kind);
        asking.delete(kind);
        return false;
      }
      taken += 1;
      served(kind);
      wakeAll();
      return true;
    },
    leave() {
      taken -= 1;
      wakeAll();
    },
  };
}

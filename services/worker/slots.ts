/** A number of places for attempts; asking whether there is one and taking it are two steps, in that order. */
export type Slots = {
  /** Resolves when a place may be free. */
  free(): Promise<void>;
  /** False: someone was faster. */
  take(): boolean;
  leave(): void;
};

export function createSlots(count: number): Slots {
  let taken = 0;
  let waiting: (() => void)[] = [];
  return {
    free: () => (taken < count ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    take() {
      if (taken >= count) return false;
      taken += 1;
      return true;
    },
    leave() {
      taken -= 1;
      const woken = waiting;
      waiting = [];
      for (const resolve of woken) resolve();
    },
  };
}

import { availableParallelism } from 'node:os';

/** Images that are decoded at the same time; each holds all its pixels. */
const atOnce = Math.min(4, availableParallelism());

/**
 * Does the work for every item, a few at a time. The first failure is thrown; nothing is begun after it, the others are
 * told by their signal, and they have ended when this returns: what they read from may be closed then.
 */
export async function inTurns<Item>(
  items: readonly Item[],
  work: (item: Item, place: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const { signal } = failed;
  const queue = items.entries();
  const worker = async () => {
    for (const [place, item] of queue) {
      if (signal.aborted) return;
      await work(item, place, signal).catch((error: unknown) => failed.abort(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  signal.throwIfAborted();
}

/** What a piece of work took; what cannot be told of it is null. */
export type Cost = {
  readonly wallSeconds: number;
  /** Of all its threads, user and system. */
  readonly cpuSeconds: number | null;
  readonly peakRssBytes: number | null;
};

export type Contender = { readonly name: string; round(): Promise<Cost> };

/**
 * Runs contenders in turn, round after round, so that a slow minute of the machine slows all of them; the first round
 * of each warms up and is not counted. The medians of one call may be compared with each other, not with another's.
 */
export async function interleave(contenders: readonly Contender[], rounds: number): Promise<readonly Cost[]> {
  const costs = contenders.map((): Cost[] => []);
  for (let round = -1; round < rounds; round++)
    for (const [i, contender] of contenders.entries()) {
      const cost = await contender.round();
      if (round >= 0) costs[i]!.push(cost);
    }
  return costs.map((of) => ({
    wallSeconds: median(of.map((cost) => cost.wallSeconds))!,
    cpuSeconds: median(of.map((cost) => cost.cpuSeconds)),
    peakRssBytes: median(of.map((cost) => cost.peakRssBytes)),
  }));
}

/** Work in this process; only its time can be told from the rest. */
export function inProcess(name: string, work: () => unknown): Contender {
  return {
    name,
    async round() {
      const started = performance.now();
      await work();
      return { wallSeconds: (performance.now() - started) / 1000, cpuSeconds: null, peakRssBytes: null };
    },
  };
}

function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

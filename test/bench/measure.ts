/** Something that is timed: one round of work. One that runs in another process answers with the seconds it took. */
export type Contender = { readonly name: string; round(): undefined | Promise<number | undefined> };

export type Measurement = { readonly name: string; readonly medianSeconds: number; readonly rounds: readonly number[] };

/**
 * Times contenders in turn, round after round, so that a slow minute of the machine slows all of them; the first
 * round of each warms up and is not counted. Figures of one call may be compared with each other, not with another's.
 */
export async function interleave(contenders: readonly Contender[], rounds: number): Promise<readonly Measurement[]> {
  for (const contender of contenders) await contender.round();
  const seconds = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      const started = performance.now();
      const own = await contender.round();
      seconds[i]!.push(own ?? (performance.now() - started) / 1000);
    }
  }
  return contenders.map(({ name }, i) => ({ name, medianSeconds: median(seconds[i]!), rounds: seconds[i]! }));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

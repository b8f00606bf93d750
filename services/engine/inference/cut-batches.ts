/** Consecutive samples of one run. */
export type Portion = {
  /** Index of the first new sample. */
  readonly start: number;
  /** New samples in it. */
  readonly count: number;
  /** Samples before `start` that were in the last run already, and fill up the last batch of a fixed size. */
  readonly repeated: number;
};

/** Batches of a size that the graph fixes; what is left over reaches back over samples of the batch before. */
export function fixedBatches(samples: number, size: number): readonly Portion[] {
  return Array.from({ length: Math.ceil(samples / size) }, (_, i) => {
    const start = i * size;
    const count = Math.min(size, samples - start);
    return { start, count, repeated: Math.min(size - count, start) };
  });
}

/** samples / size batches, rounded down, of nearly the same size, the larger ones first, as `np.array_split` cuts them for ModelOpt. */
export function evenBatches(samples: number, size: number): readonly Portion[] {
  const batches = Math.max(1, Math.floor(samples / size));
  const [least, larger] = [Math.floor(samples / batches), samples % batches];
  return Array.from({ length: batches }, (_, i) => ({
    start: i * least + Math.min(i, larger),
    count: least + (i < larger ? 1 : 0),
    repeated: 0,
  }));
}

/** Full batches, and what is left in a last one, as a DataLoader of PyTorch cuts them. */
export function filledBatches(samples: number, size: number): readonly Portion[] {
  return Array.from({ length: Math.ceil(samples / size) }, (_, i) => {
    const start = i * size;
    return { start, count: Math.min(size, samples - start), repeated: 0 };
  });
}

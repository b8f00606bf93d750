import type { Preprocess } from '#contract/preprocess.ts';
import type { TensorValue } from './tensor-value.ts';

/** Where samples come from: the arrays of a file, a folder of images, a generator. */
export type SampleSource = {
  /** What messages call it. */
  readonly name: string;
  readonly samples: number;
  /** Noise for want of samples. */
  readonly random: boolean;
  /** Samples that are only read together, because inputs of the graph divide them differently; mostly 1. */
  readonly inseparable: number;
  /** How images became samples. */
  readonly preprocess?: Preprocess;
  /** What was taken for granted. */
  readonly warnings?: readonly string[];
  /** A row number, or the name of a file. */
  idOf(sample: number): string;
  /**
   * A tensor for each input of the graph that holds these samples, of increasing numbers, along its first dimension.
   * Memory is what was asked for; cheap front to back.
   */
  read(samples: readonly number[]): Promise<ReadonlyMap<string, TensorValue>>;
  /** One integer for each sample: [samples]; null if it has no classes, or an error if there is more to say about it. */
  readLabels(): Promise<TensorValue | null>;
  close(): Promise<void>;
};

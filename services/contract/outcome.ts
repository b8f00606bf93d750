import type { LintReport } from './lint.ts';
import type { Verdict } from './plan.ts';
import type { Preprocess } from './preprocess.ts';

/** The evidence a run ends with. */
export type Outcome = {
  readonly layers: LayerCounts;
  /** As `Plan.bytesBefore`: without what is left out of the result. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly evaluation: EvaluationPair | null;
  /** Why evaluation data that was given brought none: one of the warnings. Absent of old outcomes, and where there is nothing to say. */
  readonly unmeasured?: string;
  /** Those of the plan and of the run, without the deviations. */
  readonly warnings: readonly string[];
  /** Where the result departs on purpose from what the real tool would have written, one sentence each. */
  readonly deviations: readonly string[];
  readonly calibrationSamples: number | null;
  /** Of an ONNX result. */
  readonly lint?: LintReport;
  readonly seconds: number;
  readonly peakRssBytes: number;
};

/** Without `inputs` it is stored from before there was this verdict, and counts such layers among the native ones. */
export type LayerCounts = Readonly<Record<Exclude<Verdict, 'inputs'>, number>> & { readonly inputs?: number };

/** What a backend finds, with the warnings that its plan did not have; its host adds those of the plan, and what it measures from outside. */
export type Findings = Omit<Outcome, 'seconds' | 'peakRssBytes'> & { readonly calibrationData?: CalibrationData };

/** What was calibrated on, for the manifest: the same data gives the same digest. */
export type CalibrationData = {
  readonly samples: number;
  /** Row numbers, or names of files, in the order of use. */
  readonly ids: readonly string[];
  /** SHA-256 in hex over the ids and the bytes that the graph was fed with. */
  readonly digest: string;
  /** The data was noise. */
  readonly random: boolean;
  /** Of images: how they became samples. */
  readonly preprocess?: Preprocess;
};

export type EvaluationPair = {
  readonly metric: 'top1';
  readonly float: Score;
  readonly quantized: Score;
  /** Samples on which both models name the same class. */
  readonly agreement: number;
};

export type Score = { readonly correct: number; readonly total: number };

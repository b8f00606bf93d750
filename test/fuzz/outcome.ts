import type { FailureCode } from '#contract/failure.ts';
import type { CaseId } from './make-case.ts';

/** What became of a file. */
export type Outcome =
  /** Every tensor or sample was read; of weights, some may have been quantized as well. */
  | { readonly kind: 'read' }
  | { readonly kind: 'quantized' }
  | { readonly kind: 'refused'; readonly code: FailureCode; readonly message: string }
  | Finding;

/** Something that may not happen, whatever the file says. */
export type Finding = {
  readonly kind: 'finding';
  readonly what: 'crash' | 'exception' | 'hang' | 'memory' | 'stray file' | 'sentence' | 'disagreement';
  readonly detail: string;
};

/** What a process says of a case it has done. */
export type Report = {
  readonly id: CaseId;
  readonly outcome: Outcome;
  readonly milliseconds: number;
  /** Peak of resident memory while it was read, where the machine tells. */
  readonly peakBytes: number;
};

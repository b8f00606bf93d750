import type { CalibrationData } from '#contract/outcome.ts';
import type { CalibratedRange, CalibrationMethod } from '#engine/numerics/calibration/calibrator.ts';
import type { Dataset } from './dataset.ts';
import type { SessionOptions } from './session.ts';

export type ObserveOrder = {
  readonly tensors: readonly string[];
  /** Tensors whose values or ranges are taken together, because they share a scale. Others among `tensors` stand alone. */
  readonly groups: readonly ReadonlySet<string>[];
  readonly method: { readonly kind: 'max' } | CalibrationMethod;
} & Collecting;

export type Collecting = {
  /** Whether a calibrator gets what the members of a group have in a batch as one, or one member after the other, as a module is called. Absent: as one. */
  readonly members?: 'as one' | 'by call';
  /** Tensors [steps, …] that a module is called with step by step: with `by call`, all members of the group in the first step, then all in the second. */
  readonly sequences?: ReadonlySet<string>;
};

export type ObserveOptions = SessionOptions & {
  readonly dataset: Dataset;
  readonly signal: AbortSignal;
  /** `fraction` of the work that is done. */
  readonly onProgress: (fraction: number) => void;
  /** At most so many tensors are measured in one pass over the data; absent: as many as memory allows. */
  readonly tensorsAtOnce?: number;
  /** `taken`: an infinite value widens a range and NaN is passed over, as ModelOpt's `max` has it. Absent: refused. */
  readonly nonFinite?: 'refused' | 'taken';
};

export type Observation = {
  /** By tensor; members of a group have the same one. */
  readonly ranges: ReadonlyMap<string, CalibratedRange>;
  readonly samples: number;
  readonly warnings: readonly string[];
  /** Where calibration departs from ModelOpt's, naming the tensors. */
  readonly deviations: readonly string[];
  readonly data: CalibrationData;
};

/** What is calibrated as one: a tensor, or those of a group. */
export type Subject = readonly string[];

export function subjectsOf({ tensors, groups }: ObserveOrder): readonly Subject[] {
  const wanted = new Set(tensors);
  const grouped = groups
    .map((group) => [...group].filter((tensor) => wanted.has(tensor)))
    .filter((group) => group.length > 0);
  const taken = new Set(grouped.flat());
  return [...grouped, ...[...wanted].filter((tensor) => !taken.has(tensor)).map((tensor) => [tensor])];
}

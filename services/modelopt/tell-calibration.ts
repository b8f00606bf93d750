import type { Reporter } from '#contract/backend.ts';
import { counted } from '#contract/counted.ts';
import type { CalibrationData } from '#contract/outcome.ts';

export type Calibrated = {
  /** As the calibrators are called. */
  readonly method: string;
  readonly tensors: number;
  readonly data: Pick<CalibrationData, 'samples' | 'random'>;
  /** From `performance.now()`. */
  readonly since: number;
};

/** The line of a run's log that says how ranges were found, of how much, on what, and how long it took. */
export function tellCalibration(report: Reporter, { method, tensors, data, since }: Calibrated): void {
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  const samples = `${counted(data.samples, 'sample')}${data.random ? ' of noise' : ''}`;
  report.log(
    'info',
    `Calibrated ${counted(tensors, 'tensor')} with ${method.replace(/^torch-/, '')} on ${samples} in ${seconds} s`,
  );
}

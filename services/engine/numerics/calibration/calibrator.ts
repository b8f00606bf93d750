import { entropyCalibrator } from './entropy.ts';
import { mseCalibrator } from './mse.ts';
import { percentileCalibrator } from './percentile.ts';
import { torchEntropyCalibrator, torchPercentileCalibrator } from './torch.ts';

/** How a range is chosen from values; `max` is not among them, for it needs none: it is reduced inside the graph. */
export type CalibrationMethod =
  | { readonly kind: 'entropy' }
  | { readonly kind: 'percentile' /** 0 < percentile <= 100. */; readonly percentile: number }
  | { readonly kind: 'mse'; readonly mode: 'int8' | 'fp8' }
  /** What ModelOpt makes of the same values in a PyTorch network. */
  | { readonly kind: 'torch-entropy' }
  | { readonly kind: 'torch-percentile'; readonly percentile: number };

/** What `onnxInt8Scale(min, max)` takes. */
export type CalibratedRange = { readonly min: number; readonly max: number };

export type CalibratedDtype = 'float32' | 'float16';

/**
 * The range of one tensor, or of a group that shares a scale, from the values of batch after batch. Memory is a
 * histogram of at most 32,768 bins, however many samples there are.
 */
export type Calibrator = {
  /**
   * All values of the tensor in one batch, in order; float16 tensors come widened. A batch that holds a NaN or an
   * infinity is refused with a RangeError and leaves the calibrator as it was.
   */
  collect(values: Float32Array): void;
  /** The same for several batches, one after the other, which are refused together; faster than one by one. */
  collectAll(batches: EqualBatches): void;
  /** The range of all batches so far; { min: 0, max: 0 } before the first. */
  range(): CalibratedRange;
  /** What was done otherwise than ModelOpt does it, in sentences about “the tensor”; usually none. */
  departures(): readonly string[];
};

/** `values` [batches, …]: so many batches of one size, one after the other. */
export type EqualBatches = { readonly values: Float32Array; readonly batches: number };

export type BatchCalibrator = Omit<Calibrator, 'collect'>;

export function createCalibrator(method: CalibrationMethod, dtype: CalibratedDtype): Calibrator {
  const calibrator = batchCalibrator(method, dtype);
  return { ...calibrator, collect: (values) => calibrator.collectAll({ values, batches: 1 }) };
}

function batchCalibrator(method: CalibrationMethod, dtype: CalibratedDtype): BatchCalibrator {
  switch (method.kind) {
    case 'entropy':
      return entropyCalibrator(dtype);
    case 'percentile':
      return percentileCalibrator(method.percentile);
    case 'mse':
      return mseCalibrator(method.mode);
    case 'torch-entropy':
      return torchEntropyCalibrator();
    case 'torch-percentile':
      return torchPercentileCalibrator(method.percentile);
  }
}

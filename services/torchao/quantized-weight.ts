import type { WeightRequest } from '#contract/recipe/torchao-request.ts';
import type { Dtype } from '#engine/formats/dtype.ts';
import type { TensorStorage } from '#engine/formats/pth/pickle/value.ts';
import type { Block } from './weight-block.ts';

/** A weight [rows, cols] as torchao's classes hold it, whatever file it goes into. */
export type QuantizedWeight = {
  readonly kind: WeightRequest['dtype'];
  /** Of the weight that was quantized; torch shows it as the tensor's own. */
  readonly dtype: Dtype;
  readonly rows: number;
  readonly cols: number;
  readonly block: Block;
  /** int8 or float8 [rows, cols] */
  readonly qdata: TensorStorage;
  /** float32, or under the INT8 numerics of 0.15 to 0.17 the weight's own; [rows / block.rows, cols / block.cols] */
  readonly scale: TensorStorage;
  /** int8 as `scale`; null in FP8. */
  readonly zeroPoint: TensorStorage | null;
  /** `reduce_range` is an attribute of 0.18 that older releases do not know. */
  readonly attributes: 'torchao-0.18' | 'older';
};

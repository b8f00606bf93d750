import type { FileExtent } from '../formats/pth/checkpoint.ts';
import type { TensorStorage } from '../formats/pth/pickle/value.ts';
import type { WeightDtype, WeightScheme } from '../numerics/weight-scheme.ts';

export type { WeightScheme } from '../numerics/weight-scheme.ts';

/** Where elements come from: row-major, little-endian. What `read` gives is asked for once and let go before the next one is. */
export type Source =
  | { readonly kind: 'file'; readonly extent: FileExtent }
  | { readonly kind: 'memory'; read(): Promise<Uint8Array> };

export type CopyJob = {
  readonly kind: 'copy';
  readonly name: string;
  readonly source: Source;
  readonly to: TensorStorage;
};

export type QuantizeJob = {
  readonly kind: 'quantize';
  /** For messages. */
  readonly name: string;
  readonly source: Source;
  readonly dtype: WeightDtype;
  readonly rows: number;
  readonly cols: number;
  /** Weights that share a scale: [1, cols] a row, [rows, cols] the tensor, [1, g] a group; as torchao's block_size. */
  readonly block: { readonly rows: number; readonly cols: number };
  readonly scheme: WeightScheme;
  /** [rows, cols] */
  readonly qdata: TensorStorage;
  /** [rows / block.rows, cols / block.cols] float32, or the weight's own dtype. */
  readonly scale: TensorStorage;
};

/** The output is made of zeros, so there is nothing to write; its checksum is computed. */
export type ZerosJob = { readonly kind: 'zeros'; readonly to: TensorStorage };

export type Job = CopyJob | QuantizeJob | ZerosJob;
/** What threads have to do something for. */
export type MovingJob = Exclude<Job, ZerosJob>;

import { InputError } from '#contract/failure.ts';
import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { type QuantizedRows, quantizeRows, widenBfloat16, widenFloat16 } from '#engine/kernels/kernels.ts';
import { type TorchaoWeightDtype, torchaoInt8ScaleFor } from '#engine/numerics/torchao-int8-scale.ts';

/** The bytes of a weight -> f32, exactly. */
const widen = {
  float32: (bytes) => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4),
  bfloat16: (bytes) => widenBfloat16(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)),
  float16: (bytes) => widenFloat16(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)),
} as const satisfies Record<TorchaoWeightDtype, (bytes: Uint8Array) => Float32Array>;

export type Int8Weight = {
  readonly tensor: CheckpointTensor;
  readonly dtype: TorchaoWeightDtype;
  readonly rows: number;
  readonly cols: number;
};

/**
 * Reads one weight [rows, cols] and quantizes each row as torchao 0.18 does.
 * Errors: UNSUPPORTED for NaN and infinities, naming tensor and row; torchao would write zeros for such a row.
 */
export async function quantizeWeight(
  { tensor, dtype, rows, cols }: Int8Weight,
  read: (tensor: CheckpointTensor) => Promise<Uint8Array>,
): Promise<QuantizedRows> {
  const values = widen[dtype](await read(tensor));
  const result = quantizeRows({ values, rows, cols, scaleOf: torchaoInt8ScaleFor(dtype) });
  const row = result.scales.findIndex((scale) => !Number.isFinite(scale));
  if (row >= 0) throw notFinite(tensor, { values, row, cols });
  return result;
}

type Where = { readonly values: Float32Array; readonly row: number; readonly cols: number };

function notFinite(tensor: CheckpointTensor, { values, row, cols }: Where): InputError {
  const column = values.subarray(row * cols, (row + 1) * cols).findIndex((value) => !Number.isFinite(value));
  const value = values[row * cols + column];
  return new InputError(
    'UNSUPPORTED',
    `${tensor.name} holds ${value} at [${row}, ${column}], which no scale can represent`,
    {
      remedy: 'Repair the checkpoint, or name the layer in skip_names to leave it as it is.',
    },
  );
}

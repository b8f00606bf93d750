import { dequantizeRows, quantizeRowsByDivision, quantizeRowsToFloat8 } from '#engine/kernels/kernels.ts';
import type { WeightDtype } from '#engine/numerics/weight-scheme.ts';
import type { NumberFormat } from '../quantizer.ts';
import { roundedTo } from './packed-scale.ts';

export type PackOrder = {
  readonly values: Float32Array;
  /** Of the tensor, or of each row of axis 0. */
  readonly scales: Float32Array;
  readonly format: NumberFormat;
  /** What the network computes in: quotients and products are rounded to it, as torch does. */
  readonly dtype: WeightDtype;
};

/**
 * The bytes that `mtq.compress` makes of a weight: q = saturate(roundHalfEven(rd(w / s))) from -128 to 127, or
 * e4m3fn(rd(w / s)). FP8 beyond 448 is 448. With the scale 0 it is 0, where ModelOpt makes NaN.
 */
export function packWeight(order: PackOrder): Uint8Array<ArrayBuffer> {
  const { format, scales: all } = order;
  const scales = format === 'int8' ? all : all.map((scale) => (scale === 0 ? Number.POSITIVE_INFINITY : scale));
  const matrix = { ...inRows(order), scales };
  const { values, ...by } = isHalf(order.dtype) ? quotients(matrix, order.dtype) : matrix;
  if (format === 'fp8_e4m3fn') return quantizeRowsToFloat8({ values, ...by });
  return new Uint8Array(quantizeRowsByDivision({ values, ...by }).buffer);
}

/** What the network computes with: rd(q * s). */
export function unpackWeight(codes: Uint8Array, { scales, format, dtype }: Omit<PackOrder, 'values'>): Float32Array {
  return roundedTo(dtype, dequantizeRows({ ...inRows({ values: codes, scales }), format, scales }));
}

function inRows<Values extends { readonly length: number }>({
  values,
  scales,
}: {
  readonly values: Values;
  readonly scales: Float32Array;
}) {
  return { values, rows: scales.length, cols: values.length / Math.max(1, scales.length) };
}

type Matrix = {
  readonly values: Float32Array;
  readonly rows: number;
  readonly cols: number;
  readonly scales: Float32Array;
};

const isHalf = (dtype: WeightDtype): boolean => dtype === 'float16' || dtype === 'bfloat16';

/** Already divided, so that the scales are 1. */
function quotients({ values, rows, cols, scales }: Matrix, dtype: WeightDtype): Matrix {
  const divided = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const scale = scales[row] ?? 0;
    for (let i = row * cols; i < (row + 1) * cols; i++) divided[i] = (values[i] ?? 0) / scale;
  }
  return { values: roundedTo(dtype, divided), rows, cols, scales: new Float32Array(rows).fill(1) };
}

import { arena, tiles } from './arena.ts';
import { canonicalNan } from './canonical-nan.ts';
import { kernelInstance } from './instance.ts';
import { checkPerRow, checkShape } from './matrix.ts';

export type RowErrorsOrder = {
  readonly values: Float32Array;
  readonly rows: number;
  readonly cols: number;
  /** [rows] each, from ../numerics/fake-quant-factors.ts for this format. */
  readonly ups: Float32Array;
  readonly downs: Float32Array;
  readonly format: 'int8' | 'fp8_e4m3fn';
};

/**
 * What ModelOpt's fake quantization costs each row: the sum of (x - y)^2, the squares in f32 and their sum in f64, even
 * and odd elements apart. `values` [rows, cols] -> f64 [rows].
 */
export function rowErrors({ values, rows, cols, ups, downs, format }: RowErrorsOrder): Float64Array {
  checkShape(values.length, rows, cols);
  checkPerRow(ups, rows);
  checkPerRow(downs, rows);
  const { exports, memory } = kernelInstance();
  const kernel = format === 'int8' ? exports.int8RowErrors : exports.float8RowErrors;
  const input = new Float32Array(memory, arena.input);
  const upParameters = new Float32Array(memory, arena.parameters);
  const downParameters = new Float32Array(memory, arena.moreParameters);
  const sums = new Float64Array(2 * rows);
  for (const tile of tiles(rows, cols)) {
    input.set(values.subarray(tile.start, tile.start + tile.rows * tile.cols));
    upParameters.set(ups.subarray(tile.row, tile.row + tile.rows));
    downParameters.set(downs.subarray(tile.row, tile.row + tile.rows));
    const lanes = new Float64Array(memory, arena.output, 2 * tile.rows);
    const own = sums.subarray(2 * tile.row, 2 * (tile.row + tile.rows));
    lanes.set(own);
    kernel(arena.input, tile.rows, tile.cols, arena.parameters, arena.moreParameters, arena.output);
    own.set(lanes);
  }
  return Float64Array.from({ length: rows }, (_, row) => canonicalNan((sums[2 * row] ?? 0) + (sums[2 * row + 1] ?? 0)));
}

import { rowAbsmax } from './absmax.ts';
import { arena, tileElements, tiles } from './arena.ts';
import { kernelInstance } from './instance.ts';
import { checkShape } from './matrix.ts';
import { quantizeRowsByReciprocal } from './quantize.ts';

export type QuantizedRows = {
  /** [rows, cols] */
  readonly quantized: Int8Array;
  /** [rows] */
  readonly scales: Float32Array;
};

type Rows = {
  readonly values: Float32Array;
  readonly rows: number;
  readonly cols: number;
  /** The scale of a row from its max |x|. */
  readonly scaleOf: (absmax: number) => number;
};

/** `rowAbsmax`, a scale for each row, `quantizeRowsByReciprocal`; rows that fit a tile are copied in once for all three. */
export function quantizeRows({ values, rows, cols, scaleOf }: Rows): QuantizedRows {
  checkShape(values.length, rows, cols);
  if (cols > tileElements) {
    const scales = rowAbsmax(values, rows, cols).map(scaleOf);
    return { quantized: quantizeRowsByReciprocal({ values, rows, cols, scales }), scales };
  }
  const { exports, memory } = kernelInstance();
  const input = new Float32Array(memory, arena.input);
  const absmax = new Float32Array(memory, arena.results);
  const parameters = new Float32Array(memory, arena.parameters);
  const quantized = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (const tile of tiles(rows, cols)) {
    const length = tile.rows * tile.cols;
    input.set(values.subarray(tile.start, tile.start + length));
    exports.rowAbsmax(arena.input, tile.rows, tile.cols, arena.results);
    for (let i = 0; i < tile.rows; i++) scales[tile.row + i] = scaleOf(absmax[i] ?? 0);
    parameters.set(scales.subarray(tile.row, tile.row + tile.rows));
    exports.quantizeByReciprocal(arena.input, tile.rows, tile.cols, arena.parameters, arena.output);
    quantized.set(new Int8Array(memory, arena.output, length), tile.start);
  }
  return { quantized, scales };
}

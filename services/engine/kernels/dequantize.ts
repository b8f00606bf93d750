import { arena, tiles } from './arena.ts';
import { kernelInstance } from './instance.ts';
import { checkPerRow, checkShape, type ScaledRows } from './matrix.ts';

/** x = f32(q) * scale: `values` int8 [rows, cols] -> f32 [rows, cols]. */
export function dequantizeRows({ values, rows, cols, scales }: ScaledRows<Int8Array>): Float32Array {
  checkShape(values.length, rows, cols);
  checkPerRow(scales, rows);
  const { exports, memory } = kernelInstance();
  const input = new Int8Array(memory, arena.input);
  const parameters = new Float32Array(memory, arena.parameters);
  const dequantized = new Float32Array(values.length);
  for (const tile of tiles(rows, cols)) {
    const length = tile.rows * tile.cols;
    input.set(values.subarray(tile.start, tile.start + length));
    parameters.set(scales.subarray(tile.row, tile.row + tile.rows));
    exports.dequantize(arena.input, tile.rows, tile.cols, arena.parameters, arena.output);
    dequantized.set(new Float32Array(memory, arena.output, length), tile.start);
  }
  return dequantized;
}

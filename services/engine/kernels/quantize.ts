import { arena, tiles } from './arena.ts';
import { kernelInstance } from './instance.ts';
import { checkPerRow, checkShape, type ScaledRows } from './matrix.ts';

/** q = saturate(roundHalfEven(x / scale)) in f32: ONNX QuantizeLinear with zero point 0. `values` [rows, cols] -> int8 [rows, cols]. NaN gives 0. */
export function quantizeRowsByDivision({ values, rows, cols, scales }: ScaledRows<Float32Array>): Int8Array {
  checkShape(values.length, rows, cols);
  checkPerRow(scales, rows);
  const { exports, memory } = kernelInstance();
  const input = new Float32Array(memory, arena.input);
  const parameters = new Float32Array(memory, arena.parameters);
  const quantized = new Int8Array(values.length);
  for (const tile of tiles(rows, cols)) {
    const length = tile.rows * tile.cols;
    input.set(values.subarray(tile.start, tile.start + length));
    parameters.set(scales.subarray(tile.row, tile.row + tile.rows));
    exports.quantizeByDivision(arena.input, tile.rows, tile.cols, arena.parameters, arena.output);
    quantized.set(new Int8Array(memory, arena.output, length), tile.start);
  }
  return quantized;
}

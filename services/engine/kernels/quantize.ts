import { arena, tiles } from './arena.ts';
import type { KernelExports } from './exports.ts';
import { kernelInstance } from './instance.ts';
import { checkPerRow, checkShape, type ScaledRows } from './matrix.ts';

/** q = saturate(roundHalfEven(x / scale)) in f32: ONNX QuantizeLinear with zero point 0. `values` [rows, cols] -> int8 [rows, cols]. NaN gives 0. */
export function quantizeRowsByDivision(matrix: ScaledRows<Float32Array>): Int8Array<ArrayBuffer> {
  return new Int8Array(encoded(matrix, 'quantizeByDivision').buffer);
}

/** q = fp8 e4m3fn(clamp(x / scale, -448, 448)) in f32: `values` [rows, cols] -> codes [rows, cols]. NaN gives 0xFF, or 0x7F where the scale is NaN. */
export function quantizeRowsToFloat8(matrix: ScaledRows<Float32Array>): Uint8Array<ArrayBuffer> {
  return encoded(matrix, 'encodeE4m3Float32');
}

function encoded(
  { values, rows, cols, scales }: ScaledRows<Float32Array>,
  kernel: keyof Pick<KernelExports, 'quantizeByDivision' | 'encodeE4m3Float32'>,
): Uint8Array<ArrayBuffer> {
  checkShape(values.length, rows, cols);
  checkPerRow(scales, rows);
  const { exports, memory } = kernelInstance();
  const encode = exports[kernel];
  const input = new Float32Array(memory, arena.input);
  const parameters = new Float32Array(memory, arena.parameters);
  const codes = new Uint8Array(values.length);
  for (const tile of tiles(rows, cols)) {
    const length = tile.rows * tile.cols;
    input.set(values.subarray(tile.start, tile.start + length));
    parameters.set(scales.subarray(tile.row, tile.row + tile.rows));
    encode(arena.input, tile.rows, tile.cols, arena.parameters, arena.output);
    codes.set(new Uint8Array(memory, arena.output, length), tile.start);
  }
  return codes;
}

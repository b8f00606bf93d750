import { arena, tiles } from './arena.ts';
import type { KernelExports } from './exports.ts';
import { kernelInstance } from './instance.ts';
import { checkPerRow, checkShape, type ScaledRows } from './matrix.ts';

/** Codes of eight bits, by what a byte means. */
export type Codes = ScaledRows<Uint8Array> & { readonly format: keyof typeof kernels };

const kernels = {
  int8: 'dequantizeInt8',
  fp8_e4m3fn: 'dequantizeE4m3',
  fp8_e5m2: 'dequantizeE5m2',
} as const satisfies Record<string, keyof KernelExports>;

/** x = f32(q) * scale: `values` [rows, cols] -> f32 [rows, cols]. */
export function dequantizeRows({ values, format, rows, cols, scales }: Codes): Float32Array<ArrayBuffer> {
  checkShape(values.length, rows, cols);
  checkPerRow(scales, rows);
  const { exports, memory } = kernelInstance();
  const dequantize = exports[kernels[format]];
  const input = new Uint8Array(memory, arena.input);
  const parameters = new Float32Array(memory, arena.parameters);
  const dequantized = new Float32Array(values.length);
  for (const tile of tiles(rows, cols)) {
    const length = tile.rows * tile.cols;
    input.set(values.subarray(tile.start, tile.start + length));
    parameters.set(scales.subarray(tile.row, tile.row + tile.rows));
    dequantize(arena.input, tile.rows, tile.cols, arena.parameters, arena.output);
    dequantized.set(new Float32Array(memory, arena.output, length), tile.start);
  }
  return dequantized;
}

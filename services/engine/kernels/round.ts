import { arena, tiles } from './arena.ts';
import { kernelInstance } from './instance.ts';

/** Every f32 rounded to the nearest bfloat16, ties to even, in place. */
export function roundEachToBfloat16(values: Float32Array): void {
  round(values, 'roundBfloat16');
}

/** Every f32 rounded to the nearest float16, ties to even, in place: subnormals are kept, 65520 and more is Infinity. */
export function roundEachToFloat16(values: Float32Array): void {
  round(values, 'roundFloat16');
}

function round(values: Float32Array, kernel: 'roundBfloat16' | 'roundFloat16'): void {
  const { exports, memory } = kernelInstance();
  const input = new Float32Array(memory, arena.input);
  for (const { start, cols } of tiles(1, values.length)) {
    input.set(values.subarray(start, start + cols));
    exports[kernel](arena.input, (cols + 3) & ~3, arena.output);
    values.set(new Float32Array(memory, arena.output, cols), start);
  }
}

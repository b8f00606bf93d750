import { arena, tiles } from './arena.ts';
import { kernelInstance } from './instance.ts';

/** bfloat16 bits -> f32, exactly. */
export function widenBfloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return widen(bits, 'widenBfloat16');
}

/** float16 bits -> f32, exactly, subnormals included. */
export function widenFloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return widen(bits, 'widenFloat16');
}

function widen(bits: Uint16Array, kernel: 'widenBfloat16' | 'widenFloat16'): Float32Array<ArrayBuffer> {
  const { exports, memory } = kernelInstance();
  const input = new Uint16Array(memory, arena.input);
  const wide = new Float32Array(bits.length);
  for (const { start, cols } of tiles(1, bits.length)) {
    input.set(bits.subarray(start, start + cols));
    exports[kernel](arena.input, cols, arena.output);
    wide.set(new Float32Array(memory, arena.output, cols), start);
  }
  return wide;
}

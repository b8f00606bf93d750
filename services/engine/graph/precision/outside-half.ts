import type { OnnxTensor } from '#engine/formats/onnx/model.ts';
import { tensorSlabs } from '#engine/formats/onnx/tensor.ts';

/** What float16 cannot hold of a tensor. */
export type OutsideHalf = {
  readonly name: string;
  /** How many values are beyond ±65504. */
  readonly large: number;
  /** How many are nearer to zero than 2^-24 and not zero, where that is more than rounding does to the largest value. */
  readonly small: number;
  /** The value of largest magnitude. */
  readonly largest: number;
};

const slabBytes = 1 << 22;
const [most, least] = [65504, 2 ** -24];
/** A float16 has 11 bits: for tensors with larger values than this, what becomes 2^-24 is within their rounding. */
const negligibleFrom = least * 2 ** 11;

/** null: a float16 holds all of it, or it is neither float32 nor float64. */
export function outsideHalf(tensor: OnnxTensor): OutsideHalf | null {
  const { dtype, name } = tensor;
  if (dtype !== 'float32' && dtype !== 'float64') return null;
  let [large, small, largest] = [0, 0, 0];
  for (const slab of tensorSlabs(tensor, slabBytes)) {
    const { buffer } = Uint8Array.from(slab);
    const values = dtype === 'float32' ? new Float32Array(buffer) : new Float64Array(buffer);
    for (let index = 0; index < values.length; index++) {
      const value = values[index] ?? 0;
      const magnitude = Math.abs(value);
      if (magnitude > most) large += 1;
      if (magnitude < least && magnitude > 0) small += 1;
      if (magnitude > Math.abs(largest)) largest = value;
    }
  }
  if (Math.abs(largest) >= negligibleFrom) small = 0;
  return large + small > 0 ? { name, large, small, largest } : null;
}

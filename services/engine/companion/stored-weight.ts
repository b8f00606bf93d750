import type { OnnxTensor } from '../formats/onnx/model.ts';
import { tensorFloats } from '../formats/onnx/tensor.ts';
import { roundToFloat16 } from '../numerics/float16.ts';
import { nearlySame, sameBits } from './compare-weights.ts';

/** A constant of the graph: its values widened, and the type that they were rounded to. */
export type StoredWeight = { readonly values: Float32Array; readonly dtype: 'float32' | 'float16' };

export function storedWeight(tensor: OnnxTensor): StoredWeight {
  return { values: tensorFloats(tensor), dtype: tensor.dtype === 'float16' ? 'float16' : 'float32' };
}

/** Whether the constant is a copy: to the bit in float32, rounded as a converter to half precision rounds. */
export function isCopy(weight: Float32Array, stored: StoredWeight): boolean {
  const { values } = stored;
  if (stored.dtype === 'float32') return sameBits(weight, values);
  return weight.length === values.length && weight.every((value, i) => isHalfOf(value, values[i] ?? 0));
}

/** Whether the constant is the computed weight, but for last bits. */
export function isNearly(weight: Float32Array, stored: StoredWeight): boolean {
  return nearlySame(weight, stored.values, tolerances[stored.dtype]);
}

/** Folding multiplies in float32, in an order of the exporter's; in half precision, scale and product are rounded. */
const tolerances = { float32: 1e-5, float16: 2e-3 } as const;

/**
 * Nearest half, ties to even. Converters differ at the ends: they keep, raise or drop what is too small for a normal
 * number, and onnxconverter-common clamps at 10⁴ by default.
 */
function isHalfOf(value: number, half: number): boolean {
  if (Object.is(roundToFloat16(value), half) || value === half) return true;
  if (Number.isNaN(value)) return Number.isNaN(half);
  const isSmall = Math.abs(value) < leastNormal && Math.abs(half) <= leastNormal;
  const isClamped = Math.abs(value) > leastClamp && Math.abs(half) >= leastClamp && value > 0 === half > 0;
  return isSmall || isClamped;
}

const leastNormal = 2 ** -14;
/** 10⁴ is a half. */
const leastClamp = 1e4;

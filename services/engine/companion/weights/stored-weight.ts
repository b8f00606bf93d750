import type { OnnxTensor } from '../../formats/onnx/model.ts';
import { type FloatDtype, floatsOf, isFloat } from '../../graph/precision/convert-tensor.ts';
import { roundToBfloat16 } from '../../numerics/bfloat16.ts';
import { roundToFloat16 } from '../../numerics/float16.ts';
import { nearlySame, sameBits } from './compare-weights.ts';

/** A constant of the graph: its values as float32, and the type that the file has them in. */
export type StoredWeight = { readonly values: Float32Array; readonly dtype: FloatDtype };

export function storedWeight(tensor: OnnxTensor): StoredWeight {
  return { values: floatsOf(tensor), dtype: isFloat(tensor.dtype) ? tensor.dtype : 'float32' };
}

/** Whether the constant is a copy: to the bit, or rounded as converters to half precision round. */
export function isCopy(weight: Float32Array, { values, dtype }: StoredWeight): boolean {
  const isRounded = roundings[dtype];
  if (!isRounded) return sameBits(weight, values);
  return weight.length === values.length && weight.every((value, i) => isRounded(value, values[i] ?? 0));
}

/** Whether the constant is the computed weight, but for last bits. */
export function isNearly(weight: Float32Array, stored: StoredWeight): boolean {
  return nearlySame(weight, stored.values, toleranceOf(stored.dtype));
}

/** How far a computed constant of the type may be from what it was computed of, for its largest value. */
export function toleranceOf(dtype: FloatDtype): number {
  return tolerances[dtype];
}

/** Folding multiplies in an order of the exporter's; in half precision it rounds scale and product. */
const tolerances = { float64: 1e-5, float32: 1e-5, float16: 2e-3, bfloat16: 2e-2 } as const satisfies Record<
  FloatDtype,
  number
>;

const roundings: Partial<Record<FloatDtype, (value: number, stored: number) => boolean>> = {
  float16: isHalfOf,
  bfloat16: (value, stored) => Object.is(roundToBfloat16(value), stored),
};

/**
 * Nearest half, ties to even. Converters differ at the ends: they keep, raise or drop what is too small for a normal
 * number, and onnxconverter-common clamps at 10⁴ by default.
 */
function isHalfOf(value: number, half: number): boolean {
  if (Object.is(roundToFloat16(value), half) || value === half) return true;
  const isSmall = Math.abs(value) < leastNormal && Math.abs(half) <= leastNormal;
  const isClamped = Math.abs(value) > leastClamp && Math.abs(half) >= leastClamp && value > 0 === half > 0;
  return isSmall || isClamped;
}

const leastNormal = 2 ** -14;
/** 10⁴ is a half. */
const leastClamp = 1e4;

import type { Dtype } from '../dtype.ts';

/** `TensorProto.DataType` of the specification, for the element types that a network of ours may hold. */
export const dataTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  complex128: 15,
  bfloat16: 16,
  float8_e4m3fn: 17,
  float8_e4m3fnuz: 18,
  float8_e5m2: 19,
  float8_e5m2fnuz: 20,
  float8_e8m0fnu: 24,
} as const satisfies Partial<Record<Dtype, number>>;

export type OnnxDtype = keyof typeof dataTypes;

const byNumber = new Map<number, Dtype>(Object.entries(dataTypes).map(([name, number]) => [number, name as Dtype]));

export function dtypeOf(dataType: number): Dtype | null {
  return byNumber.get(dataType) ?? null;
}

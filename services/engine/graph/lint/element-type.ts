import type { Dtype } from '#engine/formats/dtype.ts';
import { dtypeOf } from '#engine/formats/onnx/data-type.ts';

/** With the types of less than a byte, which tensors of a file have no place for here. */
export type ElementType = Dtype | keyof typeof packedTypes;

const packedTypes = { uint4: 21, int4: 22, float4_e2m1: 23, uint2: 25, int2: 26 } as const;

const byNumber: ReadonlyMap<number, ElementType> = new Map(
  Object.entries(packedTypes).map(([name, number]) => [number, name as ElementType]),
);

/** A number of `TensorProto.DataType`; null for one that is unknown, and for 0, which means none. */
export function elementType(dataType: number): ElementType | null {
  return dtypeOf(dataType) ?? byNumber.get(dataType) ?? null;
}

export const floatTypes: ReadonlySet<string | null> = new Set<ElementType>([
  'float64',
  'float32',
  'float16',
  'bfloat16',
]);

/** What TensorRT quantizes to: symmetric INT8, FP8, INT4, FP4. */
export const quantizedTypes: ReadonlySet<string | null> = new Set<ElementType>([
  'int8',
  'float8_e4m3fn',
  'int4',
  'float4_e2m1',
]);

export const fourBitTypes: ReadonlySet<string | null> = new Set<ElementType>(['int4', 'float4_e2m1', 'uint4']);

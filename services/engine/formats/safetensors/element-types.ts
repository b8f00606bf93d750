import type { Dtype } from '../dtype.ts';

export type ElementType = {
  readonly code: string;
  readonly bits: number;
  /** Null for elements that PyTorch has no type for. */
  readonly dtype: Dtype | null;
};

/**
 * Every element type of the format, in the order of the reference (huggingface/safetensors, `enum Dtype`): its writer
 * lays out tensors of later types first.
 */
export const elementTypes: readonly ElementType[] = [
  { code: 'BOOL', bits: 8, dtype: 'bool' },
  { code: 'F4', bits: 4, dtype: 'float4_e2m1fn_x2' },
  { code: 'F6_E2M3', bits: 6, dtype: null },
  { code: 'F6_E3M2', bits: 6, dtype: null },
  { code: 'U8', bits: 8, dtype: 'uint8' },
  { code: 'I8', bits: 8, dtype: 'int8' },
  { code: 'F8_E5M2', bits: 8, dtype: 'float8_e5m2' },
  { code: 'F8_E4M3', bits: 8, dtype: 'float8_e4m3fn' },
  { code: 'F8_E8M0', bits: 8, dtype: 'float8_e8m0fnu' },
  { code: 'F8_E4M3FNUZ', bits: 8, dtype: 'float8_e4m3fnuz' },
  { code: 'F8_E5M2FNUZ', bits: 8, dtype: 'float8_e5m2fnuz' },
  { code: 'I16', bits: 16, dtype: 'int16' },
  { code: 'U16', bits: 16, dtype: 'uint16' },
  { code: 'F16', bits: 16, dtype: 'float16' },
  { code: 'BF16', bits: 16, dtype: 'bfloat16' },
  { code: 'I32', bits: 32, dtype: 'int32' },
  { code: 'U32', bits: 32, dtype: 'uint32' },
  { code: 'F32', bits: 32, dtype: 'float32' },
  { code: 'C64', bits: 64, dtype: 'complex64' },
  { code: 'F64', bits: 64, dtype: 'float64' },
  { code: 'I64', bits: 64, dtype: 'int64' },
  { code: 'U64', bits: 64, dtype: 'uint64' },
];

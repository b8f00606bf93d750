/** Element types that tensors in files have, with their size in bytes. Names are PyTorch's without the prefix. */
export const dtypes = {
  float64: { bytes: 8 },
  float32: { bytes: 4 },
  float16: { bytes: 2 },
  bfloat16: { bytes: 2 },
  float8_e4m3fn: { bytes: 1 },
  float8_e5m2: { bytes: 1 },
  float8_e4m3fnuz: { bytes: 1 },
  float8_e5m2fnuz: { bytes: 1 },
  float8_e8m0fnu: { bytes: 1 },
  int64: { bytes: 8 },
  int32: { bytes: 4 },
  int16: { bytes: 2 },
  int8: { bytes: 1 },
  uint64: { bytes: 8 },
  uint32: { bytes: 4 },
  uint16: { bytes: 2 },
  uint8: { bytes: 1 },
  bool: { bytes: 1 },
  complex64: { bytes: 8 },
  complex128: { bytes: 16 },
} as const satisfies Record<string, { bytes: number }>;

export type Dtype = keyof typeof dtypes;

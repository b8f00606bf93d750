import type { KernelExports } from '../kernels/exports.ts';
import type { WeightDtype, WeightScheme } from '../numerics/weight-scheme.ts';

type Kernels = {
  readonly absmax: 'rowAbsmax' | 'rowAbsmaxBfloat16' | 'rowAbsmaxFloat16' | 'rowAbsmaxFloat64';
  /** What the kernels of scales call the dtype; float64 has none. */
  readonly code: 0 | 1 | 2 | null;
  readonly int8: Encoder | null;
  readonly oldInt8: Encoder | null;
  readonly fp8_e4m3fn: Encoder;
  readonly fp8_e5m2: Encoder;
};
type Encoder = Extract<keyof KernelExports, `encode${string}`>;

/** Which kernel does what for weights of a dtype. float32 knows no other rounding than its own. */
export const kernelsOf = {
  float32: {
    absmax: 'rowAbsmax',
    code: 0,
    int8: 'encodeInt8Float32',
    oldInt8: 'encodeInt8Float32',
    fp8_e4m3fn: 'encodeE4m3Float32',
    fp8_e5m2: 'encodeE5m2Float32',
  },
  bfloat16: {
    absmax: 'rowAbsmaxBfloat16',
    code: 1,
    int8: 'encodeInt8Bfloat16',
    oldInt8: 'encodeOldInt8Bfloat16',
    fp8_e4m3fn: 'encodeE4m3Bfloat16',
    fp8_e5m2: 'encodeE5m2Bfloat16',
  },
  float16: {
    absmax: 'rowAbsmaxFloat16',
    code: 2,
    int8: 'encodeInt8Float16',
    oldInt8: 'encodeOldInt8Float16',
    fp8_e4m3fn: 'encodeE4m3Float16',
    fp8_e5m2: 'encodeE5m2Float16',
  },
  float64: {
    absmax: 'rowAbsmaxFloat64',
    code: null,
    int8: null,
    oldInt8: null,
    fp8_e4m3fn: 'encodeE4m3Float64',
    fp8_e5m2: 'encodeE5m2Float64',
  },
} as const satisfies Record<WeightDtype, Kernels>;

export function encoderOf(dtype: WeightDtype, scheme: WeightScheme): Encoder {
  const old = scheme.dtype === 'int8' && scheme.rounding === 'weight-dtype';
  const encoder = kernelsOf[dtype][old ? 'oldInt8' : scheme.dtype];
  if (encoder === null) throw new Error(`torchao makes no ${scheme.dtype} of ${dtype}`);
  return encoder;
}

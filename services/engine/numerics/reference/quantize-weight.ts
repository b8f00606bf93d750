import { roundToBfloat16 } from '../bfloat16.ts';
import { numberToFloat8 } from '../float8.ts';
import { roundToFloat16 } from '../float16.ts';
import { roundHalfEven } from '../round-half-even.ts';
import { repairedScale, torchaoFloat8Scale } from '../torchao-float8-scale.ts';
import { torchaoInt8Scale } from '../torchao-int8-scale.ts';
import type { WeightDtype, WeightScheme } from '../weight-scheme.ts';
import { widenBfloat16, widenFloat16 } from './widen.ts';

export type WeightBlocks = {
  /** Little-endian, `blocks * length` elements, in a buffer of their own or aligned to their size. */
  readonly bytes: Uint8Array;
  readonly dtype: WeightDtype;
  /** Neighbours in memory that share a scale, and how often: rows, groups, or the tensor as one. */
  readonly blocks: number;
  readonly length: number;
  readonly scheme: WeightScheme;
};

export type QuantizedBlocks = {
  readonly quantized: Uint8Array;
  /** [blocks] */
  readonly scales: Float32Array;
  readonly repaired: number;
  /** Blocks whose result holds a NaN or an infinity, in its scale or its elements. */
  readonly nonFinite: number;
};

/** The weight-only quantization of torchao, one number at a time; `unusual: 'repair'` touches zero scales only. */
export function quantizeWeight({ bytes, dtype, blocks, length, scheme }: WeightBlocks): QuantizedBlocks {
  const values = widen[dtype](bytes);
  const quantized = new Uint8Array(blocks * length);
  const scales = new Float32Array(blocks);
  let repaired = 0;
  let nonFinite = 0;
  for (let block = 0; block < blocks; block++) {
    const from = block * length;
    const scale = scaleOf(absmaxOf(values.subarray(from, from + length)), dtype, scheme);
    scales[block] = scale;
    if (!Number.isFinite(scale) || scale === 0) nonFinite++;
    if (scale === 0 && scheme.unusual === 'repair') {
      nonFinite--;
      repaired++;
      scales[block] = repairedScale;
      continue;
    }
    const encode = encoderOf(scale, dtype, scheme);
    for (let i = from; i < from + length; i++) quantized[i] = encode(Math.fround(values[i] ?? 0));
  }
  return { quantized, scales, repaired, nonFinite };
}

const widen = {
  float32: (bytes) => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4),
  float64: (bytes) => new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8),
  bfloat16: (bytes) => widenBfloat16(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)),
  float16: (bytes) => widenFloat16(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)),
} as const satisfies Record<WeightDtype, (bytes: Uint8Array) => Float32Array | Float64Array>;

function absmaxOf(values: Float32Array | Float64Array): number {
  let best = 0;
  for (const value of values) best = Math.max(best, Math.abs(value));
  return best;
}

function scaleOf(absmax: number, dtype: WeightDtype, { dtype: format }: WeightScheme): number {
  if (format !== 'int8') return torchaoFloat8Scale(absmax, dtype, format);
  if (dtype === 'float64') throw new Error('torchao makes no INT8 of float64');
  return torchaoInt8Scale(absmax, dtype);
}

/** Releases before 0.18 kept what they computed in the weight's dtype. */
const oldRounding = {
  float32: (x: number) => x,
  float64: (x: number) => x,
  bfloat16: roundToBfloat16,
  float16: roundToFloat16,
} as const satisfies Record<WeightDtype, (x: number) => number>;

function encoderOf(scale: number, dtype: WeightDtype, scheme: WeightScheme): (value: number) => number {
  const format = scheme.dtype;
  if (format !== 'int8' && Number.isNaN(scale)) return () => 0x7f;
  if (format !== 'int8') return (value) => numberToFloat8(Math.fround(value / scale), format);
  const round = scheme.rounding === 'weight-dtype' ? oldRounding[dtype] : oldRounding.float32;
  const inverse = round(Math.fround(1 / scale));
  return (value) => saturate(round(Math.fround(value * inverse)));
}

/** Rounded half to even, -128 to 127; NaN is 0, as a float-to-int conversion gives on x86. */
function saturate(x: number): number {
  return Number.isNaN(x) ? 0 : Math.min(Math.max(roundHalfEven(x), -128), 127);
}

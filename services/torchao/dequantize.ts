import type { Dtype } from '#engine/formats/dtype.ts';
import { dequantizeRows, roundEachToBfloat16, roundEachToFloat16 } from '#engine/kernels/kernels.ts';
import { asFloat32, isFloating } from '#engine/numerics/as-float32.ts';
import type { QuantizedWeight } from './quantized-weight.ts';

export type Bytes = { readonly qdata: Uint8Array<ArrayBuffer>; readonly scale: Uint8Array<ArrayBuffer> };

type Weight = Omit<QuantizedWeight, 'attributes' | 'zeroPoint'>;

/**
 * The values [rows, cols] that `dequantize()` of torchao 0.18 gives.
 *
 *     w = rd(f32(q * scale))      rd: rounded to the dtype of the weight; zero points are 0
 */
export function dequantize(weight: Weight, { qdata, scale }: Bytes): Float32Array {
  const { kind, dtype, rows, cols, block } = weight;
  // In any block, `block.cols` neighbours in memory share a scale.
  const across = block.cols === 0 ? 0 : cols / block.cols;
  const scales = scalesOfRuns(weight, { scale, across });
  const values = dequantizeRows({ values: qdata, format: kind, rows: rows * across, cols: block.cols, scales });
  roundEach[dtype]?.(values);
  return values;
}

type Scales = { readonly scale: Bytes['scale']; readonly across: number };

/** A block of one row, which most have, is a run. */
function scalesOfRuns({ rows, block, scale: { dtype } }: Weight, { scale, across }: Scales): Float32Array {
  if (!isFloating(dtype)) throw new Error(`scales of ${dtype} are none of torchao's`);
  const stored = asFloat32(scale, dtype);
  if (block.rows === 1) return stored;
  return Float32Array.from({ length: rows * across }, (_, run) => {
    const row = Math.floor(run / across);
    return stored[Math.floor(row / block.rows) * across + (run % across)] ?? Number.NaN;
  });
}

const roundEach: { readonly [Name in Dtype]?: (values: Float32Array) => void } = {
  bfloat16: roundEachToBfloat16,
  float16: roundEachToFloat16,
};

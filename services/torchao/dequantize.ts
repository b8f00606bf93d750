import type { Dtype } from '#engine/formats/dtype.ts';
import { roundToBfloat16 } from '#engine/numerics/bfloat16.ts';
import { float8ToNumber } from '#engine/numerics/float8.ts';
import { roundToFloat16 } from '#engine/numerics/float16.ts';
import type { QuantizedWeight } from './quantized-weight.ts';
import { scalesAsFloat32 } from './scales-as-float32.ts';

export type Bytes = { readonly qdata: Uint8Array<ArrayBuffer>; readonly scale: Uint8Array<ArrayBuffer> };

/**
 * The values [rows, cols] that `dequantize()` of torchao 0.18 gives.
 *
 *     w = rd(f32(q * scale))      rd: rounded to the dtype of the weight; zero points are 0
 */
export function dequantize(weight: Omit<QuantizedWeight, 'attributes' | 'zeroPoint'>, bytes: Bytes): Float32Array {
  const { kind, dtype, rows, cols, block } = weight;
  const scales = scalesAsFloat32(bytes.scale, weight.scale.dtype);
  const meaning = Float32Array.from({ length: 256 }, (_, bits) =>
    kind === 'int8' ? (bits << 24) >> 24 : float8ToNumber(bits, kind),
  );
  const round = rounding[dtype] ?? Math.fround;
  const across = cols / block.cols;
  const values = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    const firstScale = Math.floor(row / block.rows) * across;
    for (let col = 0; col < cols; col++) {
      const at = row * cols + col;
      const scale = scales[firstScale + Math.floor(col / block.cols)] ?? Number.NaN;
      values[at] = round(Math.fround((meaning[bytes.qdata[at] ?? 0] ?? 0) * scale));
    }
  }
  return values;
}

const rounding: Partial<Record<Dtype, (x: number) => number>> = {
  bfloat16: roundToBfloat16,
  float16: roundToFloat16,
};

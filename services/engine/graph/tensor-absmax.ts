import type { OnnxTensor } from '#engine/formats/onnx/model.ts';
import { tensorBytes, tensorLength, tensorSlabs } from '#engine/formats/onnx/tensor.ts';
import { channelAbsmax } from '#engine/numerics/channel-absmax.ts';
import { float8ToNumber } from '#engine/numerics/float8.ts';
import { isFloat, widenFloats } from './precision/convert-tensor.ts';

/** Larger tensors are read in slabs. */
const limits = { whole: 1 << 26, slab: 1 << 22 } as const;

/**
 * max |x| of each slice along `axis` -> [shape[axis]], or with axis null of all elements -> [1]; NaN propagates. Of
 * INT8 and FP8 in units of their scale; null for other types that are not floating point. A large tensor is never in
 * memory as a whole.
 */
export function tensorAbsmax(tensor: OnnxTensor, axis: number | null, { whole, slab } = limits): Float32Array | null {
  const { dtype, shape } = tensor;
  const decode = isFloat(dtype) ? widenFloats[dtype] : codes[dtype ?? ''];
  if (!decode) return null;
  if (tensorLength(tensor) > whole) return bySlab(tensor, { axis, slab, decode });
  const values = decode(Uint8Array.from(tensorBytes(tensor)));
  return axis === null ? channelAbsmax(values, [1, values.length], 0) : channelAbsmax(values, shape, axis);
}

type Decode = (bytes: Uint8Array<ArrayBuffer>) => Float32Array;

const codes: Readonly<Record<string, Decode>> = {
  int8: (bytes) => Float32Array.from(bytes, (byte) => (byte << 24) >> 24),
  float8_e4m3fn: (bytes) => Float32Array.from(bytes, (byte) => float8ToNumber(byte, 'fp8_e4m3fn')),
};

type Slabs = { readonly axis: number | null; readonly slab: number; readonly decode: Decode };

function bySlab(tensor: OnnxTensor, { axis, slab, decode }: Slabs): Float32Array {
  const { shape } = tensor;
  const absmax = new Float32Array(axis === null ? 1 : (shape[axis] ?? 0));
  const inner = (axis === null ? shape : shape.slice(axis + 1)).reduce((product, size) => product * size, 1);
  let channel = 0;
  let left = inner;
  for (const bytes of tensorSlabs(tensor, slab))
    for (const value of decode(Uint8Array.from(bytes))) {
      const magnitude = Math.abs(value);
      if (magnitude > (absmax[channel] ?? 0) || Number.isNaN(value)) absmax[channel] = magnitude;
      left -= 1;
      if (left > 0) continue;
      left = inner;
      channel = channel + 1 === absmax.length ? 0 : channel + 1;
    }
  return absmax;
}

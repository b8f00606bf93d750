/**
 * The hot loops, in WebAssembly SIMD. Typed arrays in and out, row-major matrices [rows, cols], tensors of any
 * size through a fixed arena. Each gives the bytes of its pure reference in ../numerics/reference.
 * Call them with lengths that match; a matrix whose values are not rows * cols throws a RangeError.
 */
export { columnAbsmax, rowAbsmax } from './absmax.ts';
export { type Codes, dequantizeRows } from './dequantize.ts';
export { divergence, quantizedBins } from './divergence.ts';
export { fakeQuantizeFloat8Rows, fakeQuantizeRows } from './fake-quantize.ts';
export {
  type LinearBins,
  linearHistogram,
  magnitudeHistogram,
  type UniformBins,
  uniformHistogram,
} from './histogram.ts';
export { type QuantizedMode, quantizationErrors } from './quantization-error.ts';
export { quantizeRowsByDivision, quantizeRowsToFloat8 } from './quantize.ts';
export { rowRange } from './range.ts';
export { roundEachToBfloat16, roundEachToFloat16 } from './round.ts';
export { type RowErrorsOrder, rowErrors } from './row-errors.ts';
export { widenBfloat16, widenFloat16 } from './widen.ts';

// What the loader (../kernels.ts) can call. Every kernel works on plain addresses in the imported memory and keeps
// no state; there is no allocation, no table and no static data.
export { rowAbsmax, columnAbsmax } from './absmax';
export { rowRange } from './range';
export { quantizeByDivision } from './quantize-by-division';
export { dequantizeInt8, dequantizeE4m3, dequantizeE5m2 } from './dequantize';
export { fakeQuantize } from './fake-quantize';
export { fakeQuantizeFloat8 } from './fake-quantize-float8';
export { int8RowErrors, float8RowErrors } from './row-errors';
export { roundBfloat16, roundFloat16 } from './round';
export { widenBfloat16, widenFloat16 } from './widen';
export { rowAbsmaxBfloat16, rowAbsmaxFloat16, rowAbsmaxFloat64 } from './absmax-half';
export { int8Scales, float8Scales } from './scales';
export {
  encodeInt8Float32,
  encodeInt8Bfloat16,
  encodeInt8Float16,
  encodeOldInt8Bfloat16,
  encodeOldInt8Float16,
} from './encode-int8';
export {
  encodeE4m3Float32,
  encodeE4m3Bfloat16,
  encodeE4m3Float16,
  encodeE4m3Float64,
  encodeE5m2Float32,
  encodeE5m2Bfloat16,
  encodeE5m2Float16,
  encodeE5m2Float64,
} from './encode-float8';
export { histogramByStep, histogramFloat32, histogramFloat16 } from './histogram';
export { sumRows } from './sum-rows';
export { linearHistogram } from './linear-histogram';
export { magnitudeHistogram } from './magnitude-histogram';
export { divergence } from './divergence';
export { int8Error, float8Error } from './quantization-error';

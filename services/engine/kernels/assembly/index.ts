// What the loader (../kernels.ts) can call. Every kernel works on plain addresses in the imported memory and keeps
// no state; there is no allocation, no table and no static data.
export { rowAbsmax, columnAbsmax } from './absmax';
export { rowRange } from './range';
export { quantizeByReciprocal } from './quantize-by-reciprocal';
export { quantizeByDivision } from './quantize-by-division';
export { dequantize } from './dequantize';
export { fakeQuantize } from './fake-quantize';
export { widenBfloat16, widenFloat16 } from './widen';

import { expect, it } from 'vitest';
import { onnxInt8Scale, onnxInt8ScaleOfHalf } from './onnx-int8-scale.ts';

it.each([
  { rmin: -1, rmax: 0.5, scale: Math.fround(2 / 254) },
  { rmin: 0.25, rmax: 3, scale: Math.fround(6 / 254) },
  { rmin: -127, rmax: -3, scale: 1 },
  { rmin: 0, rmax: 0, scale: 1 },
  { rmin: 0, rmax: 127 * 2 ** -127, scale: 1 },
  { rmin: 0, rmax: 127 * 2 ** -126, scale: 2 ** -126 },
  { rmin: -3e38, rmax: 0, scale: Number.POSITIVE_INFINITY },
  { rmin: Number.NaN, rmax: 1, scale: Number.NaN },
])('range [$rmin, $rmax] gives $scale', ({ rmin, rmax, scale }) => {
  expect(onnxInt8Scale(rmin, rmax)).toBe(scale);
});

// numpy 2.3: (np.float16(2) * np.float16(a)).astype("f8") / 254, as float16; the last row overflows there.
it.each([
  { rmin: -1, rmax: 0.5, scale: 0.00787353515625 },
  { rmin: 0, rmax: 3, scale: 0.02362060546875 },
  { rmin: 0, rmax: 127 * 2 ** -15, scale: 1 },
  { rmin: 0, rmax: 127 * 2 ** -14, scale: 2 ** -14 },
  { rmin: 0, rmax: 0, scale: 1 },
  { rmin: -65504, rmax: 0, scale: 516 },
])('float16 range [$rmin, $rmax] gives $scale', ({ rmin, rmax, scale }) => {
  expect(onnxInt8ScaleOfHalf(rmin, rmax)).toBe(scale);
});

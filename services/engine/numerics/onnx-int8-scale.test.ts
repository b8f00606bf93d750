import { expect, it } from 'vitest';
import { onnxInt8Scale } from './onnx-int8-scale.ts';

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

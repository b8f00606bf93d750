import { expect, it } from 'vitest';
import { rowAbsmax } from './reference/absmax.ts';
import { quantizeRowsByReciprocal } from './reference/quantize.ts';
import { widenBfloat16, widenFloat16 } from './reference/widen.ts';
import { torchaoGolden } from './torchao-golden.fixture.ts';
import { torchaoInt8Scale } from './torchao-int8-scale.ts';

const widen = {
  float32: (bytes: Uint8Array) => new Float32Array(bytes.buffer),
  bfloat16: (bytes: Uint8Array) => widenBfloat16(new Uint16Array(bytes.buffer)),
  float16: (bytes: Uint8Array) => widenFloat16(new Uint16Array(bytes.buffer)),
};

it.each(torchaoGolden)('gives torchao 0.18 bytes for row $row in $dtype', ({ dtype, w, q, s }) => {
  const values = widen[dtype](Uint8Array.from(Buffer.from(w, 'hex')));
  const scales = rowAbsmax(values, 1, 8).map((absmax) => torchaoInt8Scale(absmax, dtype));
  const quantized = quantizeRowsByReciprocal({ values, rows: 1, cols: 8, scales });
  expect(Buffer.from(scales.buffer).toString('hex')).toBe(s);
  expect(Buffer.from(quantized.buffer).toString('hex')).toBe(q);
});

it.each([
  { absmax: 0, dtype: 'float32', scale: 2 ** -23 },
  { absmax: 127.5 * 2 ** -23, dtype: 'float32', scale: 2 ** -23 },
  { absmax: 255, dtype: 'float32', scale: 2 },
  { absmax: Number.NaN, dtype: 'float32', scale: Number.NaN },
  { absmax: Number.POSITIVE_INFINITY, dtype: 'float32', scale: Number.POSITIVE_INFINITY },
  { absmax: 1, dtype: 'bfloat16', scale: 129 * 2 ** -14 },
  { absmax: 1e-9, dtype: 'bfloat16', scale: 2 ** -23 },
  { absmax: 2 ** -14, dtype: 'float16', scale: 2 ** -21 },
  { absmax: 1e-9, dtype: 'float16', scale: 2 ** -23 },
] as const)('the scale of absmax $absmax in $dtype is $scale', ({ absmax, dtype, scale }) => {
  expect(torchaoInt8Scale(absmax, dtype)).toBe(scale);
});

import { expect, it } from 'vitest';
import { quantizeWeight } from './reference/quantize-weight.ts';
import { torchaoGolden } from './torchao-golden.fixture.ts';
import { torchaoInt8Scale } from './torchao-int8-scale.ts';

it.each(torchaoGolden)('gives torchao 0.18 bytes for row $row in $dtype', ({ dtype, w, q, s }) => {
  const { quantized, scales } = quantizeWeight({
    bytes: Uint8Array.from(Buffer.from(w, 'hex')),
    dtype,
    blocks: 1,
    length: 8,
    scheme: { dtype: 'int8', rounding: 'float32', unusual: 'reproduce' },
  });
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

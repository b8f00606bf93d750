import { expect, it } from 'vitest';
import { asFloat32 } from './as-float32.ts';
import { fromFloat32 } from './from-float32.ts';

it.each(['float32', 'float64', 'bfloat16', 'float16'] as const)('%s is read again as what was written', (dtype) => {
  const values = Float32Array.of(0, -0, 1, -1.5, 0.25, 448);
  expect(asFloat32(Uint8Array.from(fromFloat32(values, dtype)), dtype)).toEqual(values);
});

it('halves are rounded to even', () => {
  expect(asFloat32(Uint8Array.from(fromFloat32(Float32Array.of(2049, 2051), 'float16')), 'float16')).toEqual(
    Float32Array.of(2048, 2052),
  );
});

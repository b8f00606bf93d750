import { expect, test } from 'vitest';
import { asFloat32 } from '#engine/numerics/as-float32.ts';
import { weightAmax } from '../weights/weight-amax.ts';
import { packedGolden } from './golden.fixture.ts';
import { packWeight, unpackWeight } from './pack-weight.ts';
import { packedScale } from './packed-scale.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const floats = (hex: string) => new Float32Array(bytes(hex).buffer);

const { halves } = await packedGolden();

test.each(halves)('$format of $dtype is what ModelOpt packs', ({ dtype, format, rows, ...want }) => {
  const values = asFloat32(bytes(want.weight), dtype);
  const amax = weightAmax({ name: 'w', values, shape: [6, values.length / 6] }, rows > 1 ? 0 : null);
  const scales = packedScale(amax, format, dtype).values;
  expect(scales).toEqual(floats(want.scale));
  const codes = packWeight({ values, scales, format, dtype });
  expect(codes).toEqual(bytes(want.codes));
  expect(unpackWeight(codes, { scales, format, dtype })).toEqual(floats(want.read));
});

test.each(['int8', 'fp8_e4m3fn'] as const)('a channel of zeros is zeros in %s', (format) => {
  const scales = packedScale({ values: Float32Array.of(0, 127), shape: [2, 1] }, format, 'float32').values;
  const codes = packWeight({ values: Float32Array.of(0, 0, 127, 0), scales, format, dtype: 'float32' });
  expect([...codes.subarray(0, 2), codes[3]]).toEqual([0, 0, 0]);
  expect(unpackWeight(codes, { scales, format, dtype: 'float32' })).toEqual(Float32Array.of(0, 0, 127, 0));
});

test('halves of a step go to the even integer, and values beyond the amax saturate', () => {
  const values = Float32Array.of(0.5, 1.5, 2.5, -2.5, 126.6, 400, -400);
  const order = { values, scales: Float32Array.of(1), dtype: 'float32' } as const;
  expect([...new Int8Array(packWeight({ ...order, format: 'int8' }).buffer)]).toEqual([0, 2, 2, -2, 127, 127, -128]);
  const codes = packWeight({ ...order, format: 'fp8_e4m3fn', scales: Float32Array.of(0.5) });
  expect(unpackWeight(codes, { ...order, format: 'fp8_e4m3fn', scales: Float32Array.of(0.5) }).slice(-2)).toEqual(
    Float32Array.of(224, -224),
  );
});

import { describe, expect, it } from 'vitest';
import type { Granularity, WeightRequest } from '#contract/recipe/torchao-request.ts';
import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { obstacleOf } from './obstacle.ts';

const row: Granularity = { kind: 'per_row' };
const whole: Granularity = { kind: 'per_tensor' };
const group = (size: number): Granularity => ({ kind: 'per_group', size });

const weight = (shape: readonly number[], dtype: CheckpointTensor['dtype'] = 'float32'): CheckpointTensor => ({
  name: 'fc.weight',
  dtype,
  shape,
  strides: [shape[1] ?? 1, 1],
  storageOffset: 0,
  storageKey: '0',
});

/** What torchao 0.18.0 on torch 2.13.0 did with each: x an exception, + quantized. */
describe('shapes that torchao fails on', () => {
  const requests: readonly (readonly [WeightRequest['dtype'], Granularity])[] = [
    ['int8', row],
    ['fp8_e4m3fn', row],
    ['int8', whole],
    ['fp8_e5m2', whole],
    ['int8', group(1)],
    ['fp8_e4m3fn', group(1)],
    ['int8', group(32)],
    ['fp8_e4m3fn', group(32)],
    ['fp8_e5m2', group(4)],
  ];
  it.each([
    { shape: [1, 1], did: '++++++xxx' },
    { shape: [5, 1], did: 'xx++xxxxx' },
    { shape: [0, 32], did: 'x+xxxxx+x' },
    { shape: [4, 0], did: 'xxxxxxx++' },
    { shape: [0, 0], did: 'xxxxxxx++' },
    { shape: [0, 1], did: 'xxxxxxxxx' },
    { shape: [1, 5], did: '++++xxxxx' },
    { shape: [3, 4], did: '++++xxxx+' },
    { shape: [3, 32], did: '++++xx+++' },
  ])('$shape', ({ shape, did }) => {
    const ours = requests.map(([dtype, granularity]) =>
      obstacleOf(weight(shape), { dtype, granularity }) ? 'x' : '+',
    );
    expect(ours.join('')).toBe(did);
  });
});

describe('dtypes', () => {
  it.each<{ dtype: CheckpointTensor['dtype']; int8: string; fp8: string }>([
    { dtype: 'float32', int8: 'quantized', fp8: 'quantized' },
    { dtype: 'bfloat16', int8: 'quantized', fp8: 'quantized' },
    { dtype: 'float16', int8: 'quantized', fp8: 'quantized' },
    { dtype: 'float64', int8: 'fails', fp8: 'quantized' },
    { dtype: 'float8_e4m3fn', int8: 'fails', fp8: 'fails' },
    { dtype: 'int8', int8: 'fails', fp8: 'quantizes' },
    { dtype: 'complex64', int8: 'fails', fp8: 'quantizes' },
  ])('$dtype', ({ dtype, int8, fp8 }) => {
    const verdict = (to: WeightRequest['dtype']) =>
      obstacleOf(weight([4, 32], dtype), { dtype: to, granularity: row })?.torchao ?? 'quantized';
    expect({ int8: verdict('int8'), fp8: verdict('fp8_e4m3fn') }).toEqual({ int8, fp8 });
  });
});

it('the reason says the numbers', () => {
  expect(obstacleOf(weight([4, 33]), { dtype: 'int8', granularity: group(32) })?.reason).toBe(
    'K = 33 is no multiple of the group 32, where torchao fails',
  );
});

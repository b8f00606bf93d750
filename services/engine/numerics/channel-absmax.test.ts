import { expect, it } from 'vitest';
import { channelAbsmax } from './channel-absmax.ts';

const values = Float32Array.from({ length: 24 }, (_, i) => (i % 2 ? -i : i));

it.each([
  { axis: 0, absmax: [11, 23] },
  { axis: 1, absmax: [15, 19, 23] },
  { axis: 2, absmax: [20, 21, 22, 23] },
])('keeps one maximum for each index of axis $axis of [2, 3, 4]', ({ axis, absmax }) => {
  expect([...channelAbsmax(values, [2, 3, 4], axis)]).toEqual(absmax);
});

it('refuses an axis that is not there', () => {
  expect(() => channelAbsmax(values, [24], 1)).toThrow('shape [24] has no axis 1');
});

import { describe, expect, it } from 'vitest';
import { bfloat16ToNumber, numberToBfloat16, roundToBfloat16 } from './bfloat16.ts';
import { float16ToNumber, numberToFloat16, roundToFloat16 } from './float16.ts';
import { roundHalfEven } from './round-half-even.ts';

describe('roundHalfEven', () => {
  it.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, -0],
    [-1.5, -2],
    [-2.5, -2],
    [0.49999999999999994, 0],
    [-0.3, -0],
    [-0, -0],
    [127.5, 128],
    [2 ** 52 - 0.5, 2 ** 52],
    [2 ** 53 + 2, 2 ** 53 + 2],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.NaN, Number.NaN],
  ])('rounds %d to %d', (x, rounded) => {
    expect(roundHalfEven(x)).toBe(rounded);
  });
});

describe.each([
  { name: 'bfloat16', decode: bfloat16ToNumber, encode: numberToBfloat16, nan: 0x7fc0, infinity: 0x7f80 },
  { name: 'float16', decode: float16ToNumber, encode: numberToFloat16, nan: 0x7e00, infinity: 0x7c00 },
])('$name', ({ decode, encode, nan, infinity }) => {
  it('keeps every value it has', () => {
    for (let bits = 0; bits < 65_536; bits++) {
      const value = decode(bits);
      if (encode(value) !== (Number.isNaN(value) ? nan : bits)) expect({ bits, back: encode(value) }).toBeNull();
    }
    expect(encode(Number.POSITIVE_INFINITY)).toBe(infinity);
  });

  it('rounds to the nearest, and to the even one between two neighbours', () => {
    for (let bits = 0; bits < infinity - 1; bits++) {
      const [low, high] = [decode(bits), decode(bits + 1)];
      const middle = (low + high) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      const got = [encode(middle), encode(nextUp(middle)), encode(-middle)];
      const want = [even, bits + 1, even | 0x8000];
      if (got.join() !== want.join()) expect({ bits, got }).toEqual(want);
    }
  });
});

it.each([
  { round: roundToFloat16, x: 65519, rounded: 65504 },
  { round: roundToFloat16, x: 65520, rounded: Number.POSITIVE_INFINITY },
  { round: roundToFloat16, x: 2 ** -25, rounded: 0 },
  { round: roundToFloat16, x: -(2 ** -25), rounded: -0 },
  { round: roundToFloat16, x: 3 * 2 ** -25, rounded: 2 ** -23 },
  { round: roundToBfloat16, x: 3.4e38, rounded: Number.POSITIVE_INFINITY },
  { round: roundToBfloat16, x: 1.00390625, rounded: 1 },
  { round: roundToBfloat16, x: 1.01171875, rounded: 1.015625 },
])('rounds $x to $rounded', ({ round, x, rounded }) => {
  expect(round(x)).toBe(rounded);
});

/** The next f32 above a positive one. */
function nextUp(x: number): number {
  const float = Float32Array.of(x);
  const bits = new Uint32Array(float.buffer);
  bits[0] = (bits[0] ?? 0) + 1;
  return float[0] ?? 0;
}

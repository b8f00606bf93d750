import { describe, expect, it } from 'vitest';
import { float8ToNumber, numberToFloat8 } from './float8.ts';

describe.each([
  { format: 'fp8_e4m3fn', largest: 0x7e, max: 448, least: 2 ** -9 },
  { format: 'fp8_e5m2', largest: 0x7b, max: 57344, least: 2 ** -16 },
] as const)('$format', ({ format, largest, max, least }) => {
  it('keeps every value it has, with the sign of zero', () => {
    for (let bits = 0; bits <= largest; bits++) {
      expect(numberToFloat8(float8ToNumber(bits, format), format)).toBe(bits);
      expect(numberToFloat8(-float8ToNumber(bits, format), format)).toBe(bits | 0x80);
    }
    expect([float8ToNumber(largest, format), float8ToNumber(1, format)]).toEqual([max, least]);
  });

  it('rounds to the nearest, and to the even one between two neighbours', () => {
    for (let bits = 0; bits < largest; bits++) {
      const middle = (float8ToNumber(bits, format) + float8ToNumber(bits + 1, format)) / 2;
      expect(numberToFloat8(middle, format)).toBe(bits % 2 === 0 ? bits : bits + 1);
    }
  });

  it('saturates, and has one NaN', () => {
    expect(numberToFloat8(1e30, format)).toBe(largest);
    expect(numberToFloat8(Number.NEGATIVE_INFINITY, format)).toBe(largest | 0x80);
    expect(numberToFloat8(Number.NaN, format)).toBe(0xff);
    expect(float8ToNumber(0xff, format)).toBeNaN();
  });
});

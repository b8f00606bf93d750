import { describe, expect, it } from 'vitest';
import { tileElements } from '../kernels/arena.ts';
import * as kernels from '../kernels/kernels.ts';
import { fakeFloat8Factors, fakeQuantFactors } from './fake-quant-factors.ts';
import { patterns, randomBits } from './patterns.fixture.ts';
import * as referenceAbsmax from './reference/absmax.ts';
import * as referenceDequantize from './reference/dequantize.ts';
import * as referenceFakeQuantize from './reference/fake-quantize.ts';
import * as referenceQuantize from './reference/quantize.ts';
import * as referenceRange from './reference/range.ts';
import * as referenceRound from './reference/round.ts';
import * as referenceErrors from './reference/row-errors.ts';
import * as referenceWiden from './reference/widen.ts';

const shapes: readonly (readonly [rows: number, cols: number])[] = [
  [1, 1],
  [3, 2],
  [7, 5],
  [5, 15],
  [4, 16],
  [3, 17],
  [9, 63],
  [2, 64],
  [3, 67],
  [300, 257],
  [20_000, 3],
  [1, tileElements],
  [2, tileElements + 1],
  [1, 3 * tileElements + 5],
];

/** The kernels and their references, called alike; the results are compared as bytes. */
const cases = {
  rowAbsmax: {
    kernel: ({ values, rows, cols }) => [kernels.rowAbsmax(values, rows, cols)],
    reference: ({ values, rows, cols }) => [referenceAbsmax.rowAbsmax(values, rows, cols)],
  },
  columnAbsmax: {
    kernel: ({ values, rows, cols }) => [kernels.columnAbsmax(values, rows, cols)],
    reference: ({ values, rows, cols }) => [referenceAbsmax.columnAbsmax(values, rows, cols)],
  },
  rowRange: {
    kernel: ({ values, rows, cols }) => Object.values(kernels.rowRange(values, rows, cols)),
    reference: ({ values, rows, cols }) => Object.values(referenceRange.rowRange(values, rows, cols)),
  },
  quantizeRowsByDivision: {
    kernel: (matrix) => [kernels.quantizeRowsByDivision(matrix)],
    reference: (matrix) => [referenceQuantize.quantizeRowsByDivision(matrix)],
  },
  quantizeRowsToFloat8: {
    kernel: (matrix) => [kernels.quantizeRowsToFloat8(matrix)],
    reference: (matrix) => [referenceQuantize.quantizeRowsToFloat8(matrix)],
  },
  'dequantizeRows of int8': dequantization('int8'),
  'dequantizeRows of fp8_e4m3fn': dequantization('fp8_e4m3fn'),
  'dequantizeRows of fp8_e5m2': dequantization('fp8_e5m2'),
  fakeQuantizeRows: {
    kernel: (matrix) => [kernels.fakeQuantizeRows({ ...matrix, ...fakeQuantFactors(matrix.scales) })],
    reference: (matrix) => [referenceFakeQuantize.fakeQuantizeRows({ ...matrix, ...fakeQuantFactors(matrix.scales) })],
  },
  fakeQuantizeFloat8Rows: {
    kernel: (matrix) => [kernels.fakeQuantizeFloat8Rows({ ...matrix, ...fakeFloat8Factors(matrix.scales) })],
    reference: (matrix) => [
      referenceFakeQuantize.fakeQuantizeFloat8Rows({ ...matrix, ...fakeFloat8Factors(matrix.scales) }),
    ],
  },
  'rowErrors of int8': errors('int8'),
  'rowErrors of fp8_e4m3fn': errors('fp8_e4m3fn'),
  roundEachToBfloat16: {
    kernel: ({ values }) => [rounded(values, kernels.roundEachToBfloat16)],
    reference: ({ values }) => [rounded(values, referenceRound.roundEachToBfloat16)],
  },
  roundEachToFloat16: {
    kernel: ({ values }) => [rounded(values, kernels.roundEachToFloat16)],
    reference: ({ values }) => [rounded(values, referenceRound.roundEachToFloat16)],
  },
  widenBfloat16: {
    kernel: ({ values }) => [kernels.widenBfloat16(asUint16(values))],
    reference: ({ values }) => [referenceWiden.widenBfloat16(asUint16(values))],
  },
  widenFloat16: {
    kernel: ({ values }) => [kernels.widenFloat16(asUint16(values))],
    reference: ({ values }) => [referenceWiden.widenFloat16(asUint16(values))],
  },
} as const satisfies Record<string, { kernel: Computation; reference: Computation }>;

type Matrix = {
  readonly values: Float32Array;
  readonly rows: number;
  readonly cols: number;
  readonly scales: Float32Array;
};
type Computation = (matrix: Matrix) => readonly ArrayBufferView[];

describe.each(Object.entries(cases))('%s gives the bytes of its reference', (_, { kernel, reference }) => {
  it.each(Object.keys(patterns))('on %s values', (pattern) => {
    for (const [rows, cols] of shapes) {
      const values = patterns[pattern as keyof typeof patterns](rows * cols, rows + cols);
      const scales = patterns[pattern as keyof typeof patterns](rows, cols).map(Math.abs);
      const matrix = { values, rows, cols, scales };
      const [got, want] = [kernel(matrix), reference(matrix)];
      expect(want.length).toBeGreaterThan(0);
      for (const [i, part] of want.entries()) expect(firstDifference(got[i], part), `[${rows}, ${cols}]`).toBeNull();
    }
  });
});

describe('eight bits dequantize exactly', () => {
  const everyCode = Uint8Array.from({ length: 256 }, (_, code) => code);

  it.each(['int8', 'fp8_e4m3fn', 'fp8_e5m2'] as const)('for every code of %s', (format) => {
    const matrix = { values: everyCode, format, rows: 1, cols: 256, scales: Float32Array.of(1) };
    const want = referenceDequantize.dequantizeRows(matrix);
    expect(firstDifference(kernels.dequantizeRows(matrix), want)).toBeNull();
    expect(new Set(want).size).toBe({ int8: 256, fp8_e4m3fn: 254, fp8_e5m2: 250 }[format]);
  });
});

describe('half precision widens exactly', () => {
  const everyHalf = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);

  it('for every bfloat16 and every float16', () => {
    expect(firstDifference(kernels.widenBfloat16(everyHalf), referenceWiden.widenBfloat16(everyHalf))).toBeNull();
    expect(firstDifference(kernels.widenFloat16(everyHalf), referenceWiden.widenFloat16(everyHalf))).toBeNull();
  });
});

describe('half precision is rounded to exactly', () => {
  const nearTies = (positive: Float32Array) => {
    const ties = positive.map((value, i) => (value + (positive[i + 1] ?? 2 * value - (positive[i - 1] ?? 0))) / 2);
    const bits = [...new Uint32Array(ties.buffer)].flatMap((tie) => [tie - 1, tie, tie + 1]);
    return new Float32Array(Uint32Array.from([...bits, ...bits.map((bit) => bit + 2 ** 31)]).buffer);
  };
  const upTo = (greatest: number) => Uint16Array.from({ length: greatest + 1 }, (_, bits) => bits);

  it('beside and at every tie between two bfloat16', () => {
    const values = nearTies(referenceWiden.widenBfloat16(upTo(0x7f7f)));
    const [got, want] = [
      rounded(values, kernels.roundEachToBfloat16),
      rounded(values, referenceRound.roundEachToBfloat16),
    ];
    expect(firstDifference(got, want)).toBeNull();
    expect(new Set(want).size).toBeGreaterThan(0x7f7f * 2);
  });

  it('beside and at every tie between two float16', () => {
    const values = nearTies(referenceWiden.widenFloat16(upTo(0x7bff)));
    const [got, want] = [
      rounded(values, kernels.roundEachToFloat16),
      rounded(values, referenceRound.roundEachToFloat16),
    ];
    expect(firstDifference(got, want)).toBeNull();
    expect(new Set(want).size).toBeGreaterThan(0x7bff * 2);
  });
});

describe('matrices of wrong shape', () => {
  it('are refused with both numbers', () => {
    expect(() => kernels.rowAbsmax(new Float32Array(5), 2, 3)).toThrow('a matrix [2, 3] has 6 elements, not 5');
    const matrix = { values: randomBits(6, 1), rows: 2, cols: 3, scales: new Float32Array(3) };
    expect(() => kernels.quantizeRowsByDivision(matrix)).toThrow('2 rows need as many parameters, not 3');
  });

  it('may have no rows or no columns', () => {
    expect(kernels.rowAbsmax(new Float32Array(0), 0, 4)).toEqual(new Float32Array(0));
    expect(kernels.rowAbsmax(new Float32Array(0), 3, 0)).toEqual(new Float32Array(3));
    expect(kernels.columnAbsmax(new Float32Array(0), 0, 2)).toEqual(new Float32Array(2));
  });
});

function firstDifference(got: ArrayBufferView | undefined, want: ArrayBufferView): string | null {
  const a = bytes(got ?? new Uint8Array(0));
  const b = bytes(want);
  if (a.equals(b)) return null;
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return `byte ${at} is ${a[at]}, not ${b[at]}; lengths ${a.length}, ${b.length}`;
}

function bytes(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

function errors(format: 'int8' | 'fp8_e4m3fn'): { kernel: Computation; reference: Computation } {
  const factors = { int8: fakeQuantFactors, fp8_e4m3fn: fakeFloat8Factors }[format];
  return {
    kernel: (matrix) => [kernels.rowErrors({ ...matrix, ...factors(matrix.scales), format })],
    reference: (matrix) => [referenceErrors.rowErrors({ ...matrix, ...factors(matrix.scales), format })],
  };
}

function dequantization(format: kernels.Codes['format']): { kernel: Computation; reference: Computation } {
  const codes = (matrix: Matrix) => ({ ...matrix, format, values: asCodes(matrix.values) });
  return {
    kernel: (matrix) => [kernels.dequantizeRows(codes(matrix))],
    reference: (matrix) => [referenceDequantize.dequantizeRows(codes(matrix))],
  };
}

function asCodes(values: Float32Array): Uint8Array {
  return Uint8Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 13);
}

function rounded(values: Float32Array, roundEach: (values: Float32Array) => void): Float32Array {
  const copy = values.slice();
  roundEach(copy);
  return copy;
}

function asUint16(values: Float32Array): Uint16Array {
  return Uint16Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 11);
}

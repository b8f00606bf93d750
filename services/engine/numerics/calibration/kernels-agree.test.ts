import { describe, expect, it } from 'vitest';
import * as kernels from '../../kernels/kernels.ts';
import { patterns } from '../patterns.fixture.ts';
import * as referenceDivergence from '../reference/divergence.ts';
import * as referenceHistogram from '../reference/histogram.ts';
import * as referenceErrors from '../reference/quantization-errors.ts';
import { precisions } from './precision.ts';
import { firstBins, uniformBins } from './uniform-bins.ts';

const lengths = [0, 1, 3, 4, 7, 1000, 70_003];

describe.each(Object.entries(patterns))('%s values are counted as in plain JavaScript', (_, pattern) => {
  it.each([
    ['float32', 128],
    ['float32', 4098],
    ['float32', 32_768],
    ['float16', 128],
    ['float16', 500],
  ] as const)('in %s, %i bins', (dtype, count) => {
    for (const length of lengths) {
      const values = pattern(length, count).map(precisions[dtype].round);
      const amax = values.filter(Number.isFinite).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      // Some values beyond the range, which are left out.
      for (const threshold of [amax, precisions[dtype].round(amax / 3)]) {
        for (const bins of [uniformBins, firstBins].map((make) => make(threshold, count, precisions[dtype]))) {
          if (!bins) continue;
          expect(
            sameBytes(kernels.uniformHistogram(values, bins), referenceHistogram.uniformHistogram(values, bins)),
          ).toBe(true);
        }
      }
    }
  });

  it('as torch counts them', () => {
    for (const length of lengths) {
      const values = pattern(length, 6);
      for (const [bins, last] of [
        [2048, 0.75],
        [2049, 2.4e38],
        [32_768, 3e-38],
        [300, 9.999],
      ] as const) {
        const want = referenceHistogram.linearHistogram(values, { bins, last });
        expect(sameBytes(kernels.linearHistogram(values, { bins, last }), want)).toBe(true);
      }
    }
  });

  it('by magnitude', () => {
    for (const length of lengths) {
      const values = pattern(length, 5);
      for (const [bins, scale] of [
        [2048, 1024],
        [16_384, 2 ** -114],
        [4, 2 ** 120],
      ] as const) {
        const want = referenceHistogram.magnitudeHistogram(values, bins, scale);
        expect(sameBytes(kernels.magnitudeHistogram(values, bins, scale), want)).toBe(true);
        expect(want.reduce((sum, count) => sum + count, 0)).toBe(length);
      }
    }
  });
});

it('values beside every edge are counted as in plain JavaScript', () => {
  for (const threshold of [1, 0.1, 3e-30, 2.7e37].map(Math.fround))
    for (const bins of [
      uniformBins(threshold, 1230, precisions.float32),
      firstBins(threshold, 128, precisions.float32),
    ]) {
      if (!bins) throw new Error(`there are no bins up to ${threshold}`);
      expect(bins.formula).not.toBeNull();
      const bits = new Int32Array(bins.edges.buffer);
      const beside = [-1, 0, 1].flatMap((step) => [...bits].map((edge) => edge + step));
      const values = new Float32Array(Int32Array.from(beside).buffer).map((x) =>
        Math.min(Math.max(x, -threshold), threshold),
      );
      expect(sameBytes(kernels.uniformHistogram(values, bins), referenceHistogram.uniformHistogram(values, bins))).toBe(
        true,
      );
    }
});

describe('divergence', () => {
  it.each([128, 129, 255, 256, 257, 1001, 4097, 32_768])('of %i bins is that of plain JavaScript', (bins) => {
    for (const empty of [0, 0.3, 0.95]) {
      const counts = patterns
        .uniform(bins, bins)
        .map((x, i) => (Math.abs((x * 97 + i) % 1) < empty ? 0 : Math.round((x + 1) ** 9)));
      const quantized = patterns.uniform(128, bins + 1).map((x) => Math.max(Math.round(x * 300), 0));
      const coarse = { quantized, merged: Math.floor(bins / 128) };
      const want = referenceDivergence.divergence(counts, coarse);
      expect(kernels.divergence(counts, coarse)).toBe(want);
      expect(want).toBeGreaterThan(0);
      expect(want).toBeLessThan(Number.POSITIVE_INFINITY);
    }
  });

  it('is infinite where nothing can be smoothed', () => {
    const ones = new Float32Array(12_000).fill(1);
    const coarse = { quantized: new Float32Array(128).fill(1), merged: 93 };
    const single = new Float32Array(12_000);
    single[5] = 7;
    for (const { divergence } of [kernels, referenceDivergence]) {
      expect(divergence(ones, { ...coarse, quantized: new Float32Array(128) })).toBe(Number.POSITIVE_INFINITY);
      expect(divergence(single, coarse)).toBe(Number.POSITIVE_INFINITY);
      expect(divergence(ones, coarse)).toBeLessThan(1);
    }
  });

  it('refuses fewer bins than it merges', () => {
    expect(() => kernels.divergence(new Float32Array(100), { quantized: new Float32Array(128), merged: 1 })).toThrow(
      '100 bins cannot be merged into 128 of 1',
    );
  });
});

describe('quantization errors', () => {
  it.each(['int8', 'fp8'] as const)('to %s are those of plain JavaScript, in every bit', (mode) => {
    const counts = Float64Array.from(patterns.sparse(4096, 3), (x, i) => Math.round(x * x * 1e9) + (i % 7));
    const scales = Float32Array.from({ length: 60 }, (_, i) => 1.3 ** (i - 20));
    expect(kernels.quantizationErrors(counts, { mode, scales })).toEqual(
      referenceErrors.quantizationErrors(counts, { mode, scales }),
    );
  });
});

describe('too many bins', () => {
  it('are refused with both numbers', () => {
    const values = patterns.uniform(10, 1);
    expect(() => kernels.magnitudeHistogram(values, 40_000, 1)).toThrow('at most 32768 bins, not 40000');
    expect(() =>
      kernels.quantizationErrors(new Float64Array(6), { mode: 'int8', scales: new Float32Array(1) }),
    ).toThrow('not 6');
  });
});

function sameBytes(a: Uint32Array, b: Uint32Array): boolean {
  return Buffer.from(a.buffer).equals(Buffer.from(b.buffer));
}

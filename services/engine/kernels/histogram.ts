import { calibrationInstance, calibrationMemory, chunkElements, mostBins } from './calibration-memory.ts';

export type UniformBins = {
  /** [bins + 1], uniform and strictly increasing from -T to T. */
  readonly edges: Float32Array;
  /** What NumPy rounds the index of a bin to, operation by operation; the values are f32 either way. */
  readonly dtype: 'float32' | 'float16';
  /** factor * 2T in `dtype`; finite. */
  readonly span: number;
  /** 1, or 1/2 where 2T has no finite value of `dtype`. */
  readonly factor: 1 | 0.5;
  /** Where edges[i] = (i - shift) * step - base holds in f32 for every edge but the last, which is T; `step` is a normal number. */
  readonly formula: { readonly shift: number; readonly step: number; readonly base: number } | null;
};

/**
 * How many of `values` (any length) are in each bin, as np.histogram counts them: edges[i] <= x < edges[i + 1], the
 * last bin with both edges; outside and NaN are left out. -> u32 [bins]. At most 32,768 bins: RangeError.
 */
export function uniformHistogram(values: Float32Array, bins: UniformBins): Uint32Array {
  const { edges, dtype, span, factor, formula } = bins;
  const count = edges.length - 1;
  const { exports, memory } = calibrationInstance();
  const kernel = dtype === 'float32' ? exports.histogramFloat32 : exports.histogramFloat16;
  const first = Math.fround((edges[0] ?? 0) * factor);
  const at = calibrationMemory;
  return countLanes(values, count, (length, row) => {
    if (formula && isWithin(length, bins)) {
      const { shift, step, base } = formula;
      exports.histogramByStep(at.values, length, count, count / span, shift, step, base, at.counts, row);
    } else {
      new Float32Array(memory, at.edges, count + 1).set(edges);
      kernel(at.values, length, at.edges, count, factor, first, span, at.counts, row);
    }
  });
}

/** Whether all of the values that lie in memory have a bin; a NaN has none. */
function isWithin(length: number, { edges }: UniformBins): boolean {
  const { exports, memory } = calibrationInstance();
  exports.rowRange(calibrationMemory.values, 1, length, calibrationMemory.range);
  const range = new Float32Array(memory, calibrationMemory.range, 2);
  return (range[0] ?? Number.NaN) >= (edges[0] ?? 0) && (range[1] ?? Number.NaN) <= (edges.at(-1) ?? 0);
}

/**
 * How many of |x| are in each bin of width 1 / scale from 0 on: bin trunc(|x| * scale), at most the last one; NaN
 * counts as 0. `scale` is a power of two. -> u32 [bins]. At most 32,768 bins: RangeError.
 */
export function magnitudeHistogram(values: Float32Array, bins: number, scale: number): Uint32Array {
  const { exports } = calibrationInstance();
  const at = calibrationMemory;
  return countLanes(values, bins, (length, row) =>
    exports.magnitudeHistogram(at.values, length, scale, bins, at.counts, row),
  );
}

export type LinearBins = {
  readonly bins: number;
  /** The upper end of the last bin, above 0. */
  readonly last: number;
};

/** Beyond this, |x| * bins might overflow; everything is multiplied by 2^-64, which is exact but for what is in the first bin anyway. */
const greatest = 2 ** 100;

/**
 * How many of |x| are in each of `bins` equal bins over [0, last], as torch.histc counts them: bin
 * trunc(f32(f32(|x| * bins) / last)), `last` in the last one; greater ones and NaN are left out. -> u32 [bins]. At most
 * 32,768 bins: RangeError.
 */
export function linearHistogram(values: Float32Array, { bins, last }: LinearBins): Uint32Array {
  const { exports } = calibrationInstance();
  const at = calibrationMemory;
  const factor = last > greatest ? 2 ** -64 : 1;
  return countLanes(values, bins, (length, row) =>
    exports.linearHistogram(at.values, length, last, factor, bins, at.counts, row),
  );
}

type CountChunk = (length: number, row: number) => void;

/** Runs a kernel over the values, a chunk at a time. Rows for each lane pay where there are many values to a bin. */
function countLanes(values: Float32Array, bins: number, count: CountChunk): Uint32Array {
  if (bins > mostBins) throw new RangeError(`a histogram has at most ${mostBins} bins, not ${bins}`);
  const { exports, memory } = calibrationInstance();
  const at = calibrationMemory;
  const input = new Float32Array(memory, at.values, chunkElements);
  const rows = values.length < 8 * bins ? 1 : 4;
  const lanes = new Uint32Array(memory, at.counts, rows * bins).fill(0);
  for (let start = 0; start < values.length; start += chunkElements) {
    const chunk = values.subarray(start, start + chunkElements);
    input.set(chunk);
    count(chunk.length, rows === 1 ? 0 : 4 * bins);
  }
  // A sum cannot exceed the number of values, which a u32 holds.
  if (rows === 4) exports.sumRows(at.counts, bins);
  return lanes.slice(0, bins);
}

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
export function uniformHistogram(
  values: Float32Array,
  { edges, dtype, span, factor, formula }: UniformBins,
): Uint32Array {
  const bins = edges.length - 1;
  const { exports, memory } = calibrationInstance();
  const kernel = dtype === 'float32' ? exports.histogramFloat32 : exports.histogramFloat16;
  const first = Math.fround((edges[0] ?? 0) * factor);
  new Float32Array(memory, calibrationMemory.edges, bins + 1).set(edges);
  const at = calibrationMemory;
  return countLanes(values, bins, (length) => {
    if (formula) {
      const { shift, step, base } = formula;
      exports.histogramByStep(at.values, length, at.edges, bins, bins / span, shift, step, base, at.counts);
    } else kernel(at.values, length, at.edges, bins, factor, first, span, at.counts);
  });
}

/**
 * How many of |x| are in each bin of width 1 / scale from 0 on: bin trunc(|x| * scale), at most the last one; NaN
 * counts as 0. `scale` is a power of two. -> u32 [bins]. At most 32,768 bins: RangeError.
 */
export function magnitudeHistogram(values: Float32Array, bins: number, scale: number): Uint32Array {
  const { exports } = calibrationInstance();
  const at = calibrationMemory;
  return countLanes(values, bins, (length) => exports.magnitudeHistogram(at.values, length, scale, bins, at.counts));
}

/** Runs a kernel over the values, a chunk at a time, and adds up what its four lanes counted. */
function countLanes(values: Float32Array, bins: number, kernel: (length: number) => void): Uint32Array {
  if (bins > mostBins) throw new RangeError(`a histogram has at most ${mostBins} bins, not ${bins}`);
  const { memory } = calibrationInstance();
  const input = new Float32Array(memory, calibrationMemory.values);
  const lanes = new Uint32Array(memory, calibrationMemory.counts, 4 * bins).fill(0);
  for (let start = 0; start < values.length; start += chunkElements) {
    const chunk = values.subarray(start, start + chunkElements);
    input.set(chunk);
    kernel(chunk.length);
  }
  // A sum of four counts cannot exceed the number of values, which a u32 holds.
  return lanes.slice(0, bins).map((count, bin) => {
    let total = count;
    for (let lane = 1; lane < 4; lane++) total += lanes[lane * bins + bin] ?? 0;
    return total;
  });
}

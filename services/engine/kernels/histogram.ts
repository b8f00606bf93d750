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
  return countLanes(values, bins, (length, row) => {
    if (formula) {
      const { shift, step, base } = formula;
      exports.histogramByStep(at.values, length, at.edges, bins, bins / span, shift, step, base, at.counts, row);
    } else kernel(at.values, length, at.edges, bins, factor, first, span, at.counts, row);
  });
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
  const { memory } = calibrationInstance();
  const input = new Float32Array(memory, calibrationMemory.values);
  const rows = values.length < 8 * bins ? 1 : 4;
  const lanes = new Uint32Array(memory, calibrationMemory.counts, rows * bins).fill(0);
  for (let start = 0; start < values.length; start += chunkElements) {
    const chunk = values.subarray(start, start + chunkElements);
    input.set(chunk);
    count(chunk.length, rows === 1 ? 0 : 4 * bins);
  }
  return sumRows(lanes, bins);
}

/** `lanes` [rows, bins] -> [bins]; a sum cannot exceed the number of values, which a u32 holds. */
function sumRows(lanes: Uint32Array, bins: number): Uint32Array {
  const counts = lanes.slice(0, bins);
  for (let at = bins; at < lanes.length; at += bins) {
    for (let bin = 0; bin < bins; bin++) counts[bin] = (counts[bin] ?? 0) + (lanes[at + bin] ?? 0);
  }
  return counts;
}

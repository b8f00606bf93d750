import type { Interpolation } from '#contract/preprocess.ts';

/** One byte a channel, row by row, channels interleaved. */
export type Raster = {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bytes: Uint8Array;
};

/** A part of the resized image: nothing else of it is computed. */
export type Window = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

export type ResizeOrder = {
  readonly width: number;
  readonly height: number;
  readonly interpolation: Interpolation;
  readonly window: Window;
};

/**
 * What PIL's `Image.resize` makes, bit for bit (libImaging/Resample.c): along rows, then along columns, with kernels as
 * wide as the image shrinks, weights of 22 bits after the point, and a byte between the passes. Pillow 13 takes columns
 * first where an image is squeezed from above (never where its proportions are kept); then bytes differ a little.
 */
export function resample(image: Raster, order: ResizeOrder): Raster {
  const { window, interpolation } = order;
  const across = weightsOf({ from: image.width, to: order.width, interpolation }, window.left, window.width);
  const down = weightsOf({ from: image.height, to: order.height, interpolation }, window.top, window.height);
  const firstRow = down.starts[0] ?? 0;
  const lastRow = (down.starts[window.height - 1] ?? 0) + (down.counts[window.height - 1] ?? 0);
  const rows = { ...image, height: lastRow - firstRow };
  const strip = alongRows({ ...rows, bytes: image.bytes.subarray(firstRow * image.width * image.channels) }, across);
  return alongColumns(strip, { ...down, starts: down.starts.map((start) => start - firstRow) });
}

/** For each of the new places the old ones that it is made of. */
type Weights = {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `most` for each new place. */
  readonly values: Int32Array;
  readonly most: number;
};

const bits = 22;
const half = 1 << (bits - 1);

function weightsOf(
  { from, to, interpolation }: { from: number; to: number; interpolation: Interpolation },
  first: number,
  places: number,
): Weights {
  const counts = new Int32Array(places).fill(1);
  // PIL leaves a side alone that keeps its length.
  if (from === to) {
    const starts = Int32Array.from({ length: places }, (_, i) => first + i);
    return { starts, counts, values: new Int32Array(places).fill(1 << bits), most: 1 };
  }
  const { reach, at } = kernels[interpolation];
  const step = from / to;
  const wide = Math.max(step, 1);
  const support = reach * wide;
  const most = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(places);
  const values = new Int32Array(places * most);
  for (let place = 0; place < places; place++) {
    const center = (first + place + 0.5) * step;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(from, Math.trunc(center + support + 0.5)) - start;
    const weights = Float64Array.from({ length: count }, (_, i) => at((i + start - center + 0.5) * (1 / wide)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (const [i, weight] of weights.entries()) {
      const scaled = (sum === 0 ? weight : weight / sum) * (1 << bits);
      values[place * most + i] = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    starts[place] = start;
    counts[place] = count;
  }
  return { starts, counts, values, most };
}

function alongRows({ width, height, channels, bytes }: Raster, weights: Weights): Raster {
  const { starts, counts, values, most } = weights;
  const made = new Uint8ClampedArray(starts.length * height * channels);
  let to = 0;
  for (let row = 0; row < height; row++) {
    for (let place = 0; place < starts.length; place++) {
      const from = (row * width + (starts[place] ?? 0)) * channels;
      const count = counts[place] ?? 0;
      for (let channel = 0; channel < channels; channel++) {
        let sum = half;
        for (let i = 0; i < count; i++) {
          sum += (bytes[from + i * channels + channel] ?? 0) * (values[place * most + i] ?? 0);
        }
        made[to++] = sum >> bits;
      }
    }
  }
  return { width: starts.length, height, channels, bytes: new Uint8Array(made.buffer) };
}

function alongColumns({ width, channels, bytes }: Raster, weights: Weights): Raster {
  const { starts, counts, values, most } = weights;
  const rowBytes = width * channels;
  const made = new Uint8ClampedArray(starts.length * rowBytes);
  const sums = new Int32Array(rowBytes);
  for (let place = 0; place < starts.length; place++) {
    sums.fill(half);
    for (let i = 0; i < (counts[place] ?? 0); i++) {
      const from = ((starts[place] ?? 0) + i) * rowBytes;
      const weight = values[place * most + i] ?? 0;
      for (let at = 0; at < rowBytes; at++) sums[at] = (sums[at] ?? 0) + (bytes[from + at] ?? 0) * weight;
    }
    for (let at = 0; at < rowBytes; at++) made[place * rowBytes + at] = (sums[at] ?? 0) >> bits;
  }
  return { width, height: starts.length, channels, bytes: new Uint8Array(made.buffer) };
}

type Kernel = { readonly reach: number; at(x: number): number };

const kernels: Readonly<Record<Interpolation, Kernel>> = {
  bilinear: { reach: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  // Keys with a = −1/2.
  bicubic: {
    reach: 2,
    at(x) {
      const d = Math.abs(x);
      if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * -0.5 : 0;
    },
  },
  lanczos: { reach: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

import { columnAbsmax } from '#engine/kernels/kernels.ts';

export type SmoothOrder = {
  /** [outputs, channels], row-major. */
  readonly values: Float32Array;
  /** max |x| of each input channel. */
  readonly channels: Float32Array;
  readonly alpha: number;
};

export type Smoothed = {
  /** What the input is multiplied with before it is quantized, and the weight divided by: [channels]. */
  readonly preQuantScale: Float32Array;
  /** Of the input behind the multiplication. */
  readonly amax: number;
};

/**
 * SmoothQuant of a Linear, in f32 as ModelOpt computes it:
 *
 *     s = max|w|^(1 - alpha) / max|x|^alpha of each input channel, within [1e-4, 1e4]
 *     x becomes x · s, w becomes w · (1 / s), amax = max(max|x| · s)
 *
 * If some s is next to nothing, channels without activations get 1. One without weights and activations has no s, at
 * which ModelOpt fails; it gets 1.
 * Source: modelopt/torch/quantization/model_calib.py, `smoothquant`.
 */
export function smooth({ values, channels, alpha }: SmoothOrder): Smoothed {
  const count = channels.length;
  const weights = columnAbsmax(values, values.length / count, count);
  const raw = channels.map((amax, i) => Math.fround((weights[i] ?? 0) ** (1 - alpha)) / Math.fround(amax ** alpha));
  const isTiny = raw.every((s) => !Number.isNaN(s)) && raw.some((s) => s <= nothing);
  const preQuantScale = raw.map((s, i) => {
    if (Number.isNaN(s) || (isTiny && (channels[i] ?? 0) <= nothing)) return 1;
    return Math.min(Math.max(s, least), greatest);
  });
  return {
    preQuantScale,
    amax: channels.reduce((most, amax, i) => Math.max(most, Math.fround(amax * (preQuantScale[i] ?? 1))), 0),
  };
}

/** The weight [outputs, channels] of which `smooth` found the scale of each channel, divided by it in its place. */
export function divideChannels(values: Float32Array, preQuantScale: Float32Array): Float32Array {
  const inverse = preQuantScale.map((s) => 1 / s);
  const count = inverse.length;
  for (let row = 0; row < values.length; row += count)
    for (let i = 0; i < count; i++) values[row + i] = (values[row + i] ?? 0) * (inverse[i] ?? 1);
  return values;
}

const nothing = 2 ** -31;
const least = Math.fround(1e-4);
const greatest = 1e4;

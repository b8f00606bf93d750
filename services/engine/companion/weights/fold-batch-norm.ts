import { elementCount } from '../../formats/element-count.ts';

/** The tensors of a BatchNorm in evaluation mode, each of shape [C]. Without `affine`, gamma is 1. */
export type BatchNorm = { readonly gamma: Float32Array | null; readonly variance: Float32Array };

/** `eps` is not stored in a checkpoint: PyTorch's default first, then what published networks use. */
export const epsilons = [1e-5, 1e-3, 1e-6, 1e-4, 1e-12, 0.01] as const;

/**
 * What BatchNorm folding multiplies each output channel with: γ / √(σ² + eps), in float32 at every step, the
 * order in which PyTorch's exporters compute it. Shape [C].
 */
export function foldScales(norm: BatchNorm, epsilon: number): Float32Array {
  const { gamma, variance } = norm;
  const eps = Math.fround(epsilon);
  return variance.map((v, c) => (gamma?.[c] ?? 1) / Math.fround(Math.sqrt(Math.fround(v + eps))));
}

/**
 * How a weight's elements map to output channels: convolutions have them first, [O, I/g, …k]; transposed
 * ones second and within their group, [I, O/g, …k].
 */
export type ChannelLayout = {
  readonly channels: number;
  channelOf(index: number): number;
};

export function convolutionChannels(shape: readonly number[]): ChannelLayout {
  const channels = shape[0] ?? 0;
  const inner = elementCount(shape.slice(1));
  return { channels, channelOf: (index) => Math.floor(index / inner) };
}

export function transposedConvolutionChannels(shape: readonly number[], groups: number): ChannelLayout {
  const [inputs = 0, perGroup = 0] = shape;
  const inner = elementCount(shape.slice(2));
  const inputsPerGroup = inputs / groups;
  return {
    channels: perGroup * groups,
    channelOf(index) {
      const input = Math.floor(index / (inner * perGroup));
      return Math.floor(input / inputsPerGroup) * perGroup + (Math.floor(index / inner) % perGroup);
    },
  };
}

/** Multiplies each element with its channel's scale. */
export function foldWeight(weight: Float32Array, scales: Float32Array, layout: ChannelLayout): Float32Array {
  return weight.map((w, i) => w * (scales[layout.channelOf(i)] ?? 1));
}

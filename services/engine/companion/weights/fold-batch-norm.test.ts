import { expect, test } from 'vitest';
import { convolutionChannels, foldScales, foldWeight, transposedConvolutionChannels } from './fold-batch-norm.ts';

test('scales are γ / √(σ² + eps) with every step in float32', () => {
  const norm = { gamma: Float32Array.of(1.5, -0.25, 0), variance: Float32Array.of(0.7, 2, 0.1) };
  // torch.tensor([1.5, -.25, 0.]) / (torch.tensor([.7, 2., .1]) + 1e-5).sqrt()
  expect([...foldScales(norm, 1e-5)]).toEqual([1.7928301095962524, -0.1767762452363968, 0]);
});

test('a norm without affine parameters has γ = 1', () => {
  expect([...foldScales({ gamma: null, variance: Float32Array.of(4, 0.25) }, 0)]).toEqual([0.5, 2]);
});

test('a convolution’s channel is its first axis', () => {
  const layout = convolutionChannels([2, 1, 2]);
  expect([...foldWeight(Float32Array.of(1, 2, 3, 4), Float32Array.of(10, 100), layout)]).toEqual([10, 20, 300, 400]);
});

test('a transposed convolution’s channel is its second axis, counted within its group', () => {
  const layout = transposedConvolutionChannels([4, 2, 1], 2);
  expect(Array.from({ length: 8 }, (_, i) => layout.channelOf(i))).toEqual([0, 1, 0, 1, 2, 3, 2, 3]);
  expect(layout.channels).toBe(4);
});

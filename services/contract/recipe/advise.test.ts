import { expect, test } from 'vitest';
import { adviseBackend } from './advise.ts';

test.each([
  [true, true, 'modelopt.onnx'],
  [true, false, 'modelopt.onnx'],
  [false, true, 'modelopt.pytorch'],
  [false, false, 'torchao'],
])('TensorRT %j, activations %j: %s', (targetsTensorrt, quantizesActivations, id) => {
  const advice = adviseBackend({ targetsTensorrt, quantizesActivations });
  expect(advice.backend.id).toBe(id);
  expect(advice.reasons.length).toBeGreaterThan(0);
  expect(advice.backend.limits.length).toBeGreaterThan(0);
});

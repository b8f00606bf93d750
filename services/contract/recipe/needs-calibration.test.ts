import { expect, test } from 'vitest';
import { calibrationNeed } from './needs-calibration.ts';
import { needsGraph } from './needs-graph.ts';
import { parseRecipe } from './parse-recipe.ts';

test.each([
  ['backend: torchao', 'none', false],
  ['backend: modelopt.onnx', 'required', false],
  ['backend: modelopt.onnx\nbackend_kwargs: { random_calibration: true }', 'optional', false],
  ['backend: modelopt.pytorch', 'required', true],
  ['backend: modelopt.pytorch\nmode: weight_only_ptq', 'none', false],
  ['backend: modelopt.pytorch\nbackend_kwargs: { preset: INT8_WEIGHT_ONLY_CFG }', 'none', false],
  [
    'backend: modelopt.pytorch\nlayers: [{ module_name: fc, weights: { dtype: int8 }, activations: { dtype: native } }]',
    'none',
    false,
  ],
  [
    'backend: modelopt.pytorch\nlayers: [{ module_name: fc, weights: { dtype: int8 }, activations: { dtype: INT8 } }]',
    'required',
    true,
  ],
  [
    'backend: modelopt.pytorch\nlayers: [{ module_name: fc, weights: { dtype: int8 } }]\nbackend_kwargs: { preset: FP8_DEFAULT_CFG }',
    'required',
    true,
  ],
])('%j: calibration data is %s, a companion graph needed %s', (yaml, calibration, graph) => {
  const { recipe } = parseRecipe(yaml);
  expect(calibrationNeed(recipe)).toBe(calibration);
  expect(needsGraph(recipe)).toBe(graph);
});

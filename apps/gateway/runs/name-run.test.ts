import { expect, it } from 'vitest';
import { firstFree, nameOf } from './name-run.ts';

it.each([
  ['digits-cnn', 'digits-cnn · modelopt.onnx'],
  ['digits-cnn (PyTorch)', 'digits-cnn · modelopt.onnx'],
  ['digits-cnn (ONNX)', 'digits-cnn · modelopt.onnx'],
  ['digits-cnn.onnx', 'digits-cnn · modelopt.onnx'],
  ['bert (uncased)', 'bert (uncased) · modelopt.onnx'],
  ['.onnx', '.onnx · modelopt.onnx'],
])('a run of %s is %s', (modelName, name) => {
  expect(nameOf({ modelName, backend: 'modelopt.onnx' })).toBe(name);
});

it.each([
  [[], 'a'],
  [['b'], 'a'],
  [['a'], 'a (2)'],
  [['a', 'a (2)'], 'a (3)'],
  [['a', 'a (3)'], 'a (2)'],
])('where there are %j, the next a is %s', (taken, name) => {
  expect(firstFree('a', new Set(taken))).toBe(name);
});

import { expect, test } from 'vitest';
import { namePrefix } from './name-prefix.ts';

test.each([
  ['', ['stem.weight', 'fc.weight'], ['stem', 'fc.weight']],
  ['model.', ['model.stem.weight', 'model.fc.weight'], ['stem', 'fc']],
  ['model.', ['model.stem.weight', 'model.fc.weight'], ['fc.weight', 'onnx::Conv_1']],
  ['', ['backbone.stem.weight', 'backbone.fc.weight'], ['backbone', 'backbone.stem', 'backbone.fc']],
  ['model.module.', ['model.module.a.weight', 'model.module.b.weight'], ['a', 'b']],
  ['', ['model.a.weight', 'other.b.weight'], ['a', 'b']],
])('the prefix is “%s” for %j in a graph of %j', (prefix, tensors, graph) => {
  expect(namePrefix(tensors, graph)).toBe(prefix);
});

import { expect, test } from 'vitest';
import { rankArtifacts } from './rank-artifacts.ts';

const ranked = (...names: readonly string[]) => {
  const { model, exported, ordered } = rankArtifacts(names.map((name) => ({ name })));
  return { model: model?.name, exported: exported?.name, ordered: ordered.map(({ name }) => name) };
};

test('a checkpoint is the model, and the ONNX beside it its export', () => {
  expect(
    ranked('manifest.json', 'quantized_model_modelopt.pytorch.onnx', 'quantized_model_modelopt.pytorch.pth'),
  ).toEqual({
    model: 'quantized_model_modelopt.pytorch.pth',
    exported: 'quantized_model_modelopt.pytorch.onnx',
    ordered: ['quantized_model_modelopt.pytorch.pth', 'quantized_model_modelopt.pytorch.onnx', 'manifest.json'],
  });
});

test('an ONNX model comes before its weights', () => {
  expect(ranked('manifest.json', 'quantized_model.onnx', 'quantized_model.onnx_data')).toEqual({
    model: 'quantized_model.onnx',
    exported: undefined,
    ordered: ['quantized_model.onnx', 'manifest.json', 'quantized_model.onnx_data'],
  });
});

test('without a model the files stay in their order', () => {
  expect(ranked('manifest.json').ordered).toEqual(['manifest.json']);
});

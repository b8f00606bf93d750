import { expect, test } from 'vitest';
import { suggestName } from './suggest-name.ts';

test.each([
  ['digits-vit.pth', [], 'digits-vit'],
  ['digits-vit.onnx', ['digits-vit'], 'digits-vit.onnx'],
  ['digits.v2.onnx', ['digits-vit'], 'digits.v2'],
  ['model.safetensors.index.json', [], 'model'],
  ['Llama-3.1', [], 'Llama-3.1'],
])('%s beside the models %j is suggested as %s', (fileName, taken, name) => {
  expect(suggestName(fileName, taken)).toBe(name);
});

import { expect, test } from 'vitest';
import { pythonSnippet } from './python-snippet.ts';

const torchao = { backend: 'torchao', file: 'quantized_model_torchao.pth', wrapper: [] };

test('the snippet of an ONNX file asks ONNX Runtime for the arithmetic the page was measured with', () => {
  expect(pythonSnippet({ backend: 'modelopt.onnx', file: 'quantized_model.onnx', wrapper: [] })).toContain(
    [
      'options.add_session_config_entry("session.disable_quant_qdq", "1")',
      '# It also drops a Relu in front of FP8, which changes the answers.',
      'options.add_session_config_entry("optimization.disable_specified_optimizers", "ReluQuantRewrite")',
      'session = ort.InferenceSession("quantized_model.onnx", options)',
    ].join('\n'),
  );
});

test('the ONNX model that another backend exported is loaded by ONNX Runtime, not restored', () => {
  const exported = { backend: 'modelopt.pytorch', file: 'quantized_model_modelopt.pytorch.onnx', wrapper: [] };
  expect(pythonSnippet(exported)).toContain('ort.InferenceSession("quantized_model_modelopt.pytorch.onnx", options)');
  expect(pythonSnippet(exported)).not.toContain('mto');
});

test('a plain state dict is loaded as it is', () => {
  const snippet = pythonSnippet(torchao);
  expect(snippet).toContain('state = torch.load("quantized_model_torchao.pth", weights_only=True, mmap=True)');
  expect(snippet).toContain('model.load_state_dict(state, assign=True)');
});

test('where the rest of the checkpoint was kept, the state dict is taken out of it, and its names are those of before', () => {
  const snippet = pythonSnippet({ ...torchao, wrapper: ['checkpoint', 'state_dict'] });
  expect(snippet).toContain('state = checkpoint["checkpoint"]["state_dict"]');
  expect(snippet).toContain('of Lightning the LightningModule\nmodel.load_state_dict(state, assign=True)');
  expect(snippet).toContain('{name.removeprefix("model."): value for name, value in state.items()}');
  expect(pythonSnippet(torchao)).not.toContain('removeprefix');
});

test('a restored network has its weights mapped too', () => {
  const restored = { backend: 'modelopt.pytorch', file: 'quantized_model_modelopt.pytorch.pth', wrapper: [] };
  expect(pythonSnippet(restored)).toContain(
    'model = mto.restore(model, "quantized_model_modelopt.pytorch.pth", mmap=True)',
  );
});

test('safetensors are put together by torchao itself', () => {
  const snippet = pythonSnippet({ ...torchao, file: 'quantized_model_torchao.safetensors' });
  expect(snippet).toContain('safe_open("quantized_model_torchao.safetensors", framework="pt")');
  expect(snippet).toContain('unflatten_tensor_state_dict(tensors, file.metadata())');
  // torchao gives back what it does not list, and it lists no name without a dot.
  expect(snippet).toContain('load_state_dict(state | rest, assign=True)');
});

test('a backend without a loader of its own has no snippet', () => {
  expect(pythonSnippet({ backend: 'other', file: 'quantized_model.bin', wrapper: [] })).toBeNull();
});

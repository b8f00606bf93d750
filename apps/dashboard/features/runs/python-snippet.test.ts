import { expect, test } from 'vitest';
import { pythonSnippet } from './python-snippet.ts';

test('the snippet of an ONNX file asks ONNX Runtime for the arithmetic the page was measured with', () => {
  expect(pythonSnippet('modelopt.onnx', 'quantized_model.onnx')).toContain(
    [
      'options.add_session_config_entry("session.disable_quant_qdq", "1")',
      'session = ort.InferenceSession("quantized_model.onnx", options)',
    ].join('\n'),
  );
});

test('a backend without a loader of its own has no snippet', () => {
  expect(pythonSnippet('other', 'quantized_model.bin')).toBeNull();
});

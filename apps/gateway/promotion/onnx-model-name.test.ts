import { expect, test } from 'vitest';
import { onnxModelName } from './onnx-model-name.ts';

test.each([
  ['digits (PyTorch)', 'digits (ONNX)'],
  ['digits.pth', 'digits (ONNX)'],
  ['x'.repeat(93), `${'x'.repeat(93)} (ONNX)`],
])('%s gives %s', (name, expected) => {
  expect(onnxModelName(name)).toBe(expected);
});

test('long names that differ only at their end have models of their own, each the same one every time', () => {
  const long = 'x'.repeat(99);
  expect(onnxModelName(`${long}1`)).not.toBe(onnxModelName(`${long}2`));
  expect(onnxModelName(`${long}1`)).toBe(onnxModelName(`${long}1`));
  expect(onnxModelName(`${long}1`)).toHaveLength(100);
  expect(onnxModelName(`${long}1`)).toMatch(/^x{83}… [0-9a-f]{8} \(ONNX\)$/);
});

test.each(['', 'a'])('no character of two units is cut in two, whatever is before it: “%s”', (before) => {
  const name = onnxModelName(before + '🤖'.repeat(49));
  expect(name).not.toMatch(/\p{Cs}/u);
  expect(name.length).toBeLessThanOrEqual(100);
});

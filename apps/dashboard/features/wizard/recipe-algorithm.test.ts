import { expect, test } from 'vitest';
import { algorithmIn, chooseAlgorithm, distinctAlgorithms } from './recipe-algorithm.ts';
import { chooseOption, hasEffect } from './recipe-choices.ts';

const preset = 'quantize:\n  backend: modelopt.onnx\n  algorithm: max\n';
const percentile = { key: 'percentile', initial: 99.99, withAlgorithm: 'percentile' };

test.each([
  ['backend: modelopt.onnx', 'max'],
  ['backend: modelopt.onnx\nalgorithm: MinMax', 'max'],
  ['backend: modelopt.onnx\nalgorithm: entropy', 'entropy'],
])('%s finds ranges by %s', (yaml, algorithm) => {
  expect(algorithmIn(yaml)).toBe(algorithm);
});

test('two names of one algorithm are one choice', () => {
  expect(distinctAlgorithms(['max', 'minmax', 'entropy'])).toEqual(['max', 'entropy']);
  expect(distinctAlgorithms(['minmax'])).toEqual(['minmax']);
});

test('what belongs to an algorithm has an effect with it alone, and goes with it', () => {
  const chosen = chooseAlgorithm(preset, [percentile], 'percentile');
  expect(chosen).toBe(preset.replace('max', 'percentile'));
  expect([preset, chosen].map((yaml) => hasEffect(yaml, [percentile], percentile))).toEqual([false, true]);
  const cut = chooseOption(chosen, [percentile], { key: 'percentile', value: 99.5 });
  expect(cut).toContain('percentile: 99.5');
  expect(chooseAlgorithm(cut, [percentile], 'max')).toBe(preset);
});

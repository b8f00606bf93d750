import { expect, test } from 'vitest';
import { algorithmIn, chooseAlgorithm, decidedAlgorithm, distinctAlgorithms } from './recipe-algorithm.ts';
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

const torch = [
  { ...percentile },
  { key: 'smoothquant_alpha', initial: 1, withAlgorithm: 'smoothquant' },
  {
    key: 'preset',
    initial: null,
    decisions: [{ option: 'preset', value: 'INT8_SMOOTHQUANT_CFG', algorithm: 'smoothquant' }],
  },
] as const;
const smooth = { key: 'preset', value: 'INT8_SMOOTHQUANT_CFG' };

test('a preset that decides the algorithm brings the options of that one along, and takes them away', () => {
  const minmax = 'quantize:\n  backend: modelopt.pytorch\n  algorithm: minmax\n';
  const chosen = chooseOption(minmax, torch, smooth);
  expect([minmax, chosen].map((yaml) => decidedAlgorithm(yaml, torch))).toEqual([null, 'smoothquant']);
  expect([minmax, chosen].map((yaml) => hasEffect(yaml, torch, torch[1]))).toEqual([false, true]);
  const softened = chooseOption(chosen, torch, { key: 'smoothquant_alpha', value: 0.5 });
  expect(softened).toContain('smoothquant_alpha: 0.5');
  expect(chooseOption(softened, torch, { key: 'preset', value: null })).toBe(minmax);
});

test('a preset that decides the algorithm takes the place of the one that was chosen, with its options', () => {
  const cut = chooseOption(chooseAlgorithm(preset, torch, 'percentile'), torch, { key: 'percentile', value: 99.5 });
  expect(chooseOption(cut, torch, smooth)).toBe(`${preset}  backend_kwargs:\n    preset: INT8_SMOOTHQUANT_CFG\n`);
  const same = chooseOption(chooseAlgorithm(preset, torch, 'smoothquant'), torch, smooth);
  expect(same).toContain('algorithm: smoothquant');
});

import { expect, test } from 'vitest';
import { chooseOption, hasEffect } from './recipe-choices.ts';
import { chooseMode, modeIn } from './recipe-mode.ts';

const preset = 'quantize:\n  backend: modelopt.onnx\n  mode: static_ptq\n';
const rule = (weights: string, activations: string) =>
  `${preset}  layers:\n    - module_name: Conv # all\n      weights: { dtype: ${weights} }\n      activations: { dtype: ${activations} }\n`;
const scale = { key: 'fp8_scale', initial: 'modelopt', onlyWith: { option: 'quantize_mode', value: 'fp8' } };
const options = [{ key: 'quantize_mode', initial: null }, scale];

test.each([
  [preset, 'int8'],
  [rule('fp8_e4m3fn', 'fp8_e4m3fn'), 'fp8'],
  [rule('FLOAT8_E4M3FN', 'fp8_e4m3fn'), 'fp8'],
  [rule('native', 'native'), 'int8'],
  [`${rule('int8', 'int8')}  backend_kwargs: { quantize_mode: fp8 }\n`, 'fp8'],
  [`${preset}  backend_kwargs: { fp8_scale: amax/448 }\n`, 'fp8'],
])('%s is read as %s', (yaml, mode) => {
  expect(modeIn(yaml)).toBe(mode);
});

test('FP8 is written, INT8 is what a recipe means anyway', () => {
  const float = chooseMode(preset, 'fp8');
  expect(float).toBe(`${preset}  backend_kwargs:\n    quantize_mode: fp8\n`);
  expect(chooseMode(float, 'int8')).toBe(preset);
});

test('rules follow the mode, and what is native stays native', () => {
  const float = chooseMode(rule('int8', 'int8'), 'fp8');
  expect(float).toContain(rule('fp8_e4m3fn', 'fp8_e4m3fn'));
  expect(modeIn(float)).toBe('fp8');
  expect(chooseMode(float, 'int8')).toBe(rule('int8', 'int8'));
  expect(chooseMode(rule('native', 'native'), 'fp8')).toContain(rule('native', 'native'));
});

test('a scale of FP8 has an effect in FP8 alone, whoever says so, and goes with it', () => {
  expect(hasEffect(preset, options, scale)).toBe(false);
  expect(hasEffect(rule('fp8_e4m3fn', 'fp8_e4m3fn'), options, scale)).toBe(true);
  const scaled = chooseOption(chooseMode(preset, 'fp8'), options, { key: 'fp8_scale', value: 'amax/448' });
  expect(scaled).toContain('fp8_scale: amax/448');
  expect(chooseMode(scaled, 'int8')).toBe(preset);
});

import { expect, test } from 'vitest';
import { classFromOperators } from './class-from-operators.ts';

test.each([
  [['GlobalAveragePool'], 'AdaptiveAvgPool2d'],
  [['Pad', 'Constant', 'AveragePool'], 'AvgPool2d'],
  [['MaxPool', 'Conv', 'Relu'], 'Conv2d'],
  [['MaxPool', 'Relu'], null],
  [['LayerNormalization'], 'LayerNorm'],
  [['Constant', 'ReduceMean', 'Sub', 'Pow', 'Add', 'Sqrt', 'Div', 'Mul'], 'LayerNorm'],
  [['ReduceMean', 'Pow', 'Add', 'Sqrt', 'Div', 'Mul'], 'RMSNorm'],
  [['Reshape', 'InstanceNormalization', 'Mul', 'Add'], 'GroupNorm'],
  [['InstanceNormalization'], 'InstanceNorm2d'],
  [['Div', 'Erf', 'Add', 'Mul', 'Constant'], 'GELU'],
  [['LeakyRelu'], 'LeakyReLU'],
  [['ReduceMean'], null],
])('%j is %s', (operators, expected) => {
  expect(classFromOperators(new Set(operators), 2)).toBe(expected);
});

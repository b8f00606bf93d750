import { expect, test } from 'vitest';
import { algorithmWords } from './algorithm-words.ts';

test('mean squared error of modelopt.pytorch is said to be of weights, and elsewhere of ranges in general', () => {
  expect(algorithmWords('mse', 'modelopt.pytorch')).toMatchObject({
    title: 'Mean squared error, of weights',
    help: expect.stringMatching(/ranges of activations are the maximum/),
  });
  expect(algorithmWords('mse', 'modelopt.onnx').title).toBe('Mean squared error');
});

test('an algorithm without words goes by its name', () => {
  expect(algorithmWords('awq', null)).toEqual({ title: 'awq', help: '' });
});

import { expect, test } from 'vitest';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { onnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { idleSettings } from './idle-settings.ts';

const { preset } = catalogue['modelopt.onnx'];

test.each<{ kwargs: Recipe['backend_kwargs']; says: readonly string[] }>([
  { kwargs: { quantize_mode: 'int8' }, says: [] },
  { kwargs: { quantize_mode: 'int8', target_dla: true }, says: [] },
  { kwargs: { quantize_mode: 'fp8', mha_accumulation_dtype: 'fp32' }, says: [] },
  {
    kwargs: { quantize_mode: 'int8', mha_accumulation_dtype: 'fp32' },
    says: ['mha_accumulation_dtype fp32 has no effect with INT8: only in FP8 are the products of an attention cast.'],
  },
  {
    kwargs: { quantize_mode: 'fp8', mha_accumulation_dtype: 'fp32', high_precision_dtype: 'fp32', target_dla: true },
    says: [
      'mha_accumulation_dtype fp32 has no effect with high_precision_dtype fp32: everything is computed in float32.',
      'target_dla has no effect with FP8: its placement is one of INT8.',
    ],
  },
])('$kwargs says $says', ({ kwargs, says }) => {
  expect(idleSettings(onnxSettings({ ...preset, layers: [], backend_kwargs: kwargs }), {})).toEqual(says);
});

test('random calibration data beside a calibration set are said to be idle', () => {
  const settings = onnxSettings({ ...preset, layers: [], backend_kwargs: { random_calibration: true } });
  expect(idleSettings(settings, { calibration: { path: '/x/set.npz', name: 'set.npz' } })).toEqual([
    'random_calibration has no effect: ranges come from set.npz, which was given.',
  ]);
  expect(idleSettings(settings, {})).toEqual([]);
});

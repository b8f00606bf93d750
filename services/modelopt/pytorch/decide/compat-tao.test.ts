import { expect, test } from 'vitest';
import { catalogue } from '#contract/recipe/catalogue.ts';
import type { LayerRule, TensorRule } from '#contract/recipe/recipe.ts';
import { parityFile } from '#kit/parity-net.ts';
import { modeloptPytorch } from '../backend.ts';

const int8: TensorRule = { dtype: 'int8' };

async function planOf(layers: readonly LayerRule[]) {
  const recipe = { ...catalogue['modelopt.pytorch'].preset, layers, backend_kwargs: { compat: 'tao' } };
  return modeloptPytorch.plan({ recipe, files: { model: parityFile('convbn.pth'), graph: parityFile('convbn.onnx') } });
}

test('what no rule names is INT8 all the same, and the plan says why', async () => {
  const { layers } = await planOf([{ module_name: 'Linear', weights: int8, activations: int8 }]);
  expect(layers.find(({ name }) => name === 'stem')).toMatchObject({
    verdict: 'quantized',
    weights: { dtype: 'int8', axis: 0 },
    activations: { dtype: 'int8' },
    reason: 'TAO writes nothing of it, so ModelOpt quantizes it to INT8 all the same',
  });
  expect(layers.find(({ name }) => name === 'fc')?.weights).toMatchObject({ axis: null });
});

test('weights and activations follow the last rule that has a word for them', async () => {
  const { layers } = await planOf([
    { module_name: '*', weights: int8, activations: { dtype: 'fp8_e4m3fn' } },
    { module_name: 'fc', weights: { dtype: 'native' }, activations: null },
  ]);
  expect(layers.find(({ name }) => name === 'fc')).toMatchObject({
    weights: null,
    activations: { dtype: 'fp8_e4m3fn' },
    reason: 'rule fc and *',
  });
});

test('e5m2 becomes e4m3, with a warning', async () => {
  const { layers, warnings } = await planOf([{ module_name: 'fc', weights: { dtype: 'fp8_e5m2' }, activations: int8 }]);
  expect(layers.find(({ name }) => name === 'fc')?.weights?.dtype).toBe('fp8_e4m3fn');
  expect(warnings).toContainEqual('The rule “fc” asks for fp8_e5m2 and gets fp8_e4m3fn, as TAO does it.');
});

test('a rule that matches nothing is a warning, since TAO quantizes the rest', async () => {
  const { rules, warnings } = await planOf([{ module_name: 'Conv1d', weights: int8, activations: int8 }]);
  expect(rules).toEqual([{ pattern: 'Conv1d', kind: 'layer', hits: 0 }]);
  expect(warnings).toContainEqual(expect.stringMatching(/^layers: Conv1d matches no layer/));
});

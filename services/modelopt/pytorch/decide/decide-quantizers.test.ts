import { expect, test } from 'vitest';
import type { LayerDecision } from '#contract/recipe/match-layers.ts';
import type { LayerRule, TensorRule } from '#contract/recipe/recipe.ts';
import type { NetworkModule } from '../network/network-modules.ts';
import { type DecisionSettings, decideQuantizers } from './decide-quantizers.ts';

const moduleOf = (name: string, className: string): NetworkModule => ({
  name,
  names: [name],
  class: className,
  evidence: 'said by the test',
  assumed: false,
  weight: null,
  weights: [],
  inputs: [],
});

const int8Default: DecisionSettings = { preset: 'INT8_DEFAULT_CFG', weightsOnly: false, modelopt_version: '0.47' };
const noPreset: DecisionSettings = { ...int8Default, preset: null };

const byDefault: LayerDecision = { kind: 'default' };
const byRule = (weights: TensorRule | null, activations: TensorRule | null): LayerDecision => {
  const rule: LayerRule = { module_name: '*', weights, activations };
  return { kind: 'rule', rule };
};
const int8: TensorRule = { dtype: 'int8' };

const enabled = (module: NetworkModule, decision: LayerDecision, settings = int8Default) =>
  decideQuantizers(module, decision, settings)
    .quantizers.filter(({ isEnabled }) => isEnabled)
    .map(({ attribute, axis }) => `${attribute}:${axis}`);

test.each([
  ['Linear', ['input_quantizer:null', 'weight_quantizer:0'], 3],
  ['ConvTranspose2d', ['input_quantizer:null', 'weight_quantizer:0'], 3],
  ['AdaptiveAvgPool2d', ['input_quantizer:null'], 2],
  ['LayerNorm', ['input_quantizer:null'], 2],
  ['BatchNorm2d', [], 2],
  ['LeakyReLU', [], 2],
  ['Embedding', [], 3],
  ['ReLU', [], 0],
  ['GroupNorm', [], 0],
])('the preset gives %s %j of %i quantizers', (className, on, listed) => {
  expect(enabled(moduleOf('layer', className), byDefault)).toEqual(on);
  expect(decideQuantizers(moduleOf('layer', className), byDefault, int8Default).quantizers).toHaveLength(listed);
});

test.each(['lm_head', 'model.lm_head', 'blocks.0.mlp.gate', 'output', 'visual.proj'])(
  'the preset leaves a Linear called %s as it is, and says why',
  (name) => {
    expect(enabled(moduleOf(name, 'Linear'), byDefault)).toEqual([]);
    expect(decideQuantizers(moduleOf(name, 'Linear'), byDefault, int8Default).reason).toMatch(
      /INT8_DEFAULT_CFG leaves names like/,
    );
  },
);

test.each([
  ['both', byRule(int8, int8), ['input_quantizer:null', 'weight_quantizer:0']],
  ['weights only', byRule(int8, null), ['weight_quantizer:0']],
  ['weights of one scale', byRule({ dtype: 'int8', quant_axis: null }, null), ['weight_quantizer:null']],
  ['activations only', byRule({ dtype: 'native' }, int8), ['input_quantizer:null']],
  ['native', byRule({ dtype: 'native' }, { dtype: 'native' }), []],
  ['nothing', { kind: 'unnamed' } as const, []],
  ['a skip', { kind: 'skip', pattern: '*head*' } as const, []],
])('a rule for %s', (_, decision, on) => {
  expect(enabled(moduleOf('lm_head', 'Linear'), decision, noPreset)).toEqual(on);
});

test('the out_proj of an attention is listed with its quantizers off: it is never called', () => {
  const { quantizers, reason, deviation } = decideQuantizers(
    moduleOf('attn.out_proj', 'NonDynamicallyQuantizableLinear'),
    byDefault,
    int8Default,
  );
  expect(quantizers.map(({ attribute, isEnabled }) => [attribute, isEnabled])).toEqual([
    ['input_quantizer', false],
    ['output_quantizer', false],
    ['weight_quantizer', false],
  ]);
  expect(reason).toMatch(/never be called/);
  expect(deviation).toMatch(/^The quantizers of attn\.out_proj are off; ModelOpt leaves them on/);
});

test.each([
  ['bn', 'BatchNorm2d', 'BatchNorm2d', ['input_quantizer:null']],
  ['bn', 'BatchNorm2d', 'bn', ['input_quantizer:null']],
  ['bn', 'BatchNorm2d', 'b*', []],
  ['tok', 'Embedding', 'Embedding', ['weight_quantizer:0']],
  ['tok', 'Embedding', '*', []],
])('%s, a %s, under a rule for %s has %j on', (name, className, module_name, on) => {
  const rule: LayerRule = { module_name, weights: int8, activations: int8 };
  expect(enabled(moduleOf(name, className), { kind: 'rule', rule }, noPreset)).toEqual(on);
});

test.each<[DecisionSettings['preset'], string[]]>([
  ['INT8_DEFAULT_CFG', ['input int8 null', 'weight int8 0']],
  ['INT8_WEIGHT_ONLY_CFG', ['weight int8 0']],
  ['FP8_DEFAULT_CFG', ['input fp8_e4m3fn null', 'weight fp8_e4m3fn null']],
])('%s makes of a Linear %j', (preset, on) => {
  const { quantizers } = decideQuantizers(moduleOf('fc', 'Linear'), { kind: 'unnamed' }, { ...int8Default, preset });
  const said = quantizers.flatMap(({ role, format, axis, isEnabled }) =>
    isEnabled ? [`${role} ${format} ${axis}`] : [],
  );
  expect(said).toEqual(on);
});

test('a wide rule does not switch on what the preset keeps off', () => {
  const { quantizers, reason } = decideQuantizers(moduleOf('bn', 'BatchNorm2d'), byRule(int8, int8), noPreset);
  expect(quantizers.every(({ isEnabled }) => !isEnabled)).toBe(true);
  expect(reason).toBe(
    'rule * names it, but ModelOpt leaves every BatchNorm2d as it is; a rule for BatchNorm2d quantizes it',
  );
});

test.each([
  ['weights', byRule({ dtype: 'int8', quant_axis: 1 }, null)],
  ['activations', byRule(null, { dtype: 'int8', quant_axis: 0 })],
])('an axis that is not offered for %s is refused', (_, decision) => {
  expect(() => decideQuantizers(moduleOf('fc', 'Linear'), decision, noPreset)).toThrow(/sets quant_axis to [01] for/);
});

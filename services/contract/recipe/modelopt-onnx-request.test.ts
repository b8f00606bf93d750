import { describe, expect, test } from 'vitest';
import { InputError } from '../failure.ts';
import { modeloptOnnxOptions } from './modelopt-onnx-options.ts';
import { modeloptOnnxIdle, modeloptOnnxRefused } from './modelopt-onnx-other-options.ts';
import { onnxSettings } from './modelopt-onnx-request.ts';
import type { OptionCard } from './option-card.ts';
import { optionGroups } from './option-groups.ts';
import { parseRecipe } from './parse-recipe.ts';
import type { JsonValue } from './recipe.ts';
import { recipeToYaml } from './recipe-to-yaml.ts';

type Kwargs = Readonly<Record<string, JsonValue>>;
type Asked = { readonly kwargs?: Kwargs; readonly algorithm?: string; readonly layers?: readonly object[] };

const parse = ({ kwargs = {}, algorithm, layers = [] }: Asked) =>
  parseRecipe({ backend: 'modelopt.onnx', backend_kwargs: kwargs, layers, ...(algorithm ? { algorithm } : {}) });
const rule = (dtype: string, module_name = 'Conv') => ({ module_name, weights: { dtype }, activations: { dtype } });

describe('what a recipe asks for', () => {
  test('without options it is what ModelOpt does without arguments', () => {
    expect(onnxSettings(parse({}).recipe)).toMatchObject({
      mode: 'int8',
      method: 'max',
      high_precision_dtype: 'fp16',
      dq_only: false,
      passes: ['concat_elimination'],
      enable_gemv_detection_for_trt: true,
      nodes_to_exclude: null,
      compat: null,
    });
  });

  test.each<Asked & { mode: string }>([
    { kwargs: { quantize_mode: 'fp8' }, mode: 'fp8' },
    { layers: [rule('fp8_e4m3fn')], mode: 'fp8' },
    { layers: [rule('native', 'Gemm'), rule('fp8_e4m3fn')], mode: 'fp8' },
    { layers: [rule('native')], mode: 'int8' },
    { kwargs: { quantize_mode: 'fp8' }, layers: [rule('native')], mode: 'fp8' },
    { kwargs: { quantize_mode: null }, layers: [rule('fp8_e4m3fn')], mode: 'fp8' },
    { kwargs: { fp8_scale: 'amax/448' }, mode: 'fp8' },
    { kwargs: { fp8_scale: 'amax/448' }, layers: [rule('int8')], mode: 'int8' },
  ])('$kwargs and rules $layers mean $mode', ({ mode, ...asked }) => {
    expect(onnxSettings(parse(asked).recipe).mode).toBe(mode);
  });

  test.each([
    ['minmax', 'max'],
    ['max', 'max'],
    ['entropy', 'entropy'],
    ['percentile', 'percentile'],
    ['mse', 'mse'],
  ])('the algorithm %s is the method %s', (algorithm, method) => {
    expect(onnxSettings(parse({ algorithm }).recipe).method).toBe(method);
  });

  test('an option that is given replaces what its absence means, an empty list and false included', () => {
    const { recipe } = parse({ kwargs: { passes: [], enable_gemv_detection_for_trt: false, seed: 7 } });
    expect(onnxSettings(recipe)).toMatchObject({ passes: [], enable_gemv_detection_for_trt: false, seed: 7 });
  });
});

describe('what is refused, with what to do', () => {
  test.each<Asked & { says: RegExp }>([
    {
      kwargs: { quantize_mode: 'int8' },
      layers: [rule('fp8_e4m3fn')],
      says: /“Conv” asks for fp8, and quantize_mode for int8.*all of them to int8 or all to fp8/,
    },
    {
      layers: [rule('int8'), rule('fp8_e4m3fn', 'Gemm')],
      says: /“Gemm” asks for fp8, and the rule “Conv” for int8/,
    },
    {
      layers: [{ module_name: 'Conv', weights: { dtype: 'int8' }, activations: { dtype: 'fp8_e4m3fn' } }],
      says: /“Conv” asks for fp8/,
    },
    {
      layers: [{ module_name: 'Conv', weights: { dtype: 'int8' }, activations: { dtype: 'native' } }],
      says: /int8 weights with native activations/,
    },
    {
      kwargs: { quantize_mode: 'fp8', op_types_to_quantize: ['Conv', 'Softmax'] },
      says: /Softmax, for which TensorRT has no FP8 kernel.*Conv, Gemm, MatMul, Add/,
    },
    { kwargs: { quantize_mode: 'int4_awq_clip' }, says: /quantize_mode="int4_awq_clip".*It offers/ },
    { kwargs: { node_to_exclude: [] }, says: /the option node_to_exclude\. Did you mean nodes_to_exclude\?/ },
    { kwargs: { constructor: 1 }, says: /the option constructor\. Its options are / },
    { kwargs: { opset: 13.5 }, says: /opset=13\.5.*whole number from 1 to 23/ },
    { kwargs: { percentile: 101 }, says: /percentile=101.*a number from 50 to 100/ },
    { kwargs: { nodes_to_exclude: '/head/.*' }, says: /nodes_to_exclude="\/head\/\.\*".*such as \["\/head\/\.\*"\]/ },
    { kwargs: { override_shapes: 'x=1x3' }, says: /override_shapes="x=1x3".*as in "x:1x3x224x224"/ },
    { kwargs: { passes: ['fusion'] }, says: /passes=\["fusion"\].*there is concat_elimination/ },
    { kwargs: { simplify: 'yes' }, says: /simplify="yes".*It offers false, true/ },
    { layers: [{ module_name: 'Conv', weights: { dtype: 'fp8_e5m2' } }], says: /weights of dtype fp8_e5m2/ },
  ])('$says', ({ says, ...asked }) => {
    expect(refusal(asked)).toMatch(says);
  });

  test.each(Object.entries(modeloptOnnxRefused))('%s: %s', (key, why) => {
    expect(refusal({ kwargs: { [key]: 1 } }).toLowerCase()).toContain(`the option ${key}. ${why}`.toLowerCase());
  });
});

describe('what has no effect is accepted and said', () => {
  test.each(Object.entries(modeloptOnnxIdle))('%s: %s', (key, why) => {
    expect(parse({ kwargs: { [key]: 'anything' } }).warnings).toEqual([`${key} is accepted and has no effect: ${why}`]);
  });

  test.each<Asked & { warnings: readonly string[] }>([
    {
      kwargs: { percentile: 99.9 },
      warnings: ['percentile is accepted and has no effect: it belongs to the algorithm percentile'],
    },
    { kwargs: { percentile: 99.9 }, algorithm: 'percentile', warnings: [] },
    {
      kwargs: { fp8_scale: 'amax/448', quantize_mode: 'int8' },
      warnings: ['fp8_scale is accepted and has no effect: it is read where quantize_mode is fp8'],
    },
    { kwargs: { fp8_scale: 'amax/448', quantize_mode: 'fp8' }, warnings: [] },
    { kwargs: { fp8_scale: 'amax/448' }, warnings: [] },
  ])('$kwargs with $algorithm', ({ warnings, ...asked }) => {
    expect(parse(asked).warnings).toEqual(warnings);
  });
});

test('no name is an option and something else at once', () => {
  const names = [modeloptOnnxOptions, modeloptOnnxIdle, modeloptOnnxRefused].flatMap(Object.keys);
  expect(new Set(names).size).toBe(names.length);
});

test('options stand in the order of their groups, the usual ones first', () => {
  const order = [undefined, ...Object.keys(optionGroups)];
  const places = Object.values<OptionCard>(modeloptOnnxOptions).map(({ group }) => order.indexOf(group));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

test('a recipe with options of every kind survives YAML', () => {
  const { recipe } = parse({
    algorithm: 'percentile',
    layers: [rule('fp8_e4m3fn'), rule('native', '/head/*')],
    kwargs: {
      quantize_mode: 'fp8',
      percentile: 99.95,
      opset: 21,
      dq_only: true,
      nodes_to_exclude: ['/head/.*', '^/a b/#1', 'yes', '1.0'],
      passes: [],
      override_shapes: 'x:0:1x3x224x224, ids:1x128',
      fp8_scale: 'amax/448',
      compat: 'modelopt-0.47',
    },
  });
  expect(parseRecipe(recipeToYaml(recipe))).toEqual({ recipe, warnings: [] });
});

function refusal(asked: Asked): string {
  try {
    parse(asked);
  } catch (error) {
    if (error instanceof InputError) return `${error.code} ${error.message} ${error.remedy}`;
    throw error;
  }
  throw new Error('nothing was refused');
}

import { listNames } from '../list-names.ts';
import { backendCard } from './catalogue.ts';
import { fnmatch } from './fnmatch.ts';
import { type TorchPreset, type TorchSettings, torchSettings } from './modelopt-pytorch-request.ts';
import type { KnownModel, PromotedRecipe } from './promote-recipe.ts';
import { isQuantizing, keptSentences } from './promote-recipe-kept.ts';
import { lostOptionsOfTorch } from './promote-recipe-lost-options.ts';
import { type OnnxDtype, onnxRule } from './promote-recipe-onnx-rule.ts';
import { isTorchClass, operatorsOfClasses } from './promote-recipe-torch-classes.ts';
import type { Algorithm, LayerRule, Recipe } from './recipe.ts';

/** The same layers for modelopt.onnx, which knows a node by the module that the exporter made it from. */
export function promoteFromModeloptPytorch(recipe: Recipe, model: KnownModel): PromotedRecipe {
  const settings = torchSettings(recipe);
  const dtype = dtypeOf(recipe, settings);
  const rules = recipe.layers.map((rule) => onnxRule(rule, { dtype, weightsOnly: settings.weightsOnly }));
  const skips = recipe.skip_names.filter((pattern) => !isTorchClass(pattern));
  const promoted: Recipe = {
    ...backendCard('modelopt.onnx').preset,
    algorithm: algorithmOf(recipe, settings),
    layers: layersOf(recipe, { settings, dtype, rules: rules.flatMap(({ rule }) => rule ?? []) }),
    skip_names: skips.filter((pattern) => !namesQuantizers(pattern)),
    device: recipe.device,
    backend_kwargs: optionsOf(recipe, { dtype, settings }),
  };
  return {
    recipe: promoted,
    kept: keptSentences(promoted, recipe),
    changed: changedSentences(recipe, settings, model),
    lost: [
      ...(settings.weightsOnly && quantizesWeights(recipe, settings) ? [weightsAlone] : []),
      ...rules.flatMap(({ lost }) => lost),
      ...skips.filter(namesQuantizers).map(lostSkip),
      ...lostOptionsOfTorch(settings),
    ],
  };
}

const presetDtypes: Readonly<Record<TorchPreset, OnnxDtype>> = {
  INT8_DEFAULT_CFG: 'int8',
  INT8_WEIGHT_ONLY_CFG: 'int8',
  INT8_SMOOTHQUANT_CFG: 'int8',
  FP8_DEFAULT_CFG: 'fp8_e4m3fn',
};

/** A model is quantized in one mode: the preset's, else that of the first rule that quantizes and that it can follow. */
function dtypeOf({ layers }: Recipe, { preset }: TorchSettings): OnnxDtype {
  if (preset !== null) return presetDtypes[preset];
  const followed = layers.filter(
    ({ module_name, weights }) => !isTorchClass(module_name) && weights?.dtype !== 'native',
  );
  const dtypes = followed.flatMap(({ weights, activations }) => [
    weights?.dtype ?? 'native',
    activations?.dtype ?? 'native',
  ]);
  const first = dtypes.find((dtype) => dtype !== 'native');
  return first === undefined || first === 'int8' ? 'int8' : 'fp8_e4m3fn';
}

type Decided = { readonly settings: TorchSettings; readonly dtype: OnnxDtype; readonly rules: readonly LayerRule[] };

/** Without rules everything is quantized, and with rules nothing that none names: a preset beside rules, and rules of which none is left, have to be said. */
function layersOf(recipe: Recipe, { settings, dtype, rules }: Decided): readonly LayerRule[] {
  if (recipe.layers.length === 0) return [];
  if (settings.preset !== null) return [{ module_name: '*', weights: { dtype }, activations: { dtype } }, ...rules];
  if (rules.length > 0) return rules;
  return [{ module_name: '*', weights: { dtype: 'native' }, activations: { dtype: 'native' } }];
}

/** SmoothQuant, which the preset may ask for, has none; `minmax` stays the word it is. */
function algorithmOf({ algorithm }: Recipe, { method }: TorchSettings): Algorithm {
  return method === 'smoothquant' || algorithm === null ? 'max' : algorithm;
}

/** By the same names in both. */
const sharedOptions = ['max_samples', 'seed', 'batch_size'] as const;

function optionsOf(
  { layers, skip_names, backend_kwargs }: Recipe,
  { dtype, settings }: Pick<Decided, 'dtype' | 'settings'>,
): Recipe['backend_kwargs'] {
  const left = layers.filter((rule) => !isQuantizing(rule)).map(({ module_name }) => module_name);
  const excluded = operatorsOfClasses([...skip_names, ...left].filter(isTorchClass));
  const carried = [...sharedOptions, ...(settings.method === 'percentile' ? ['percentile'] : [])];
  return {
    ...(dtype === 'int8' ? {} : { quantize_mode: 'fp8' }),
    ...(excluded.length > 0 ? { op_types_to_exclude: excluded } : {}),
    ...Object.fromEntries(Object.entries(backend_kwargs).filter(([key]) => carried.includes(key))),
  };
}

function changedSentences(recipe: Recipe, { method, preset }: TorchSettings, model: KnownModel): readonly string[] {
  return [
    'Q/DQ pairs go where TensorRT has kernels for them; what stays is computed in fp16, unless high_precision_dtype says otherwise.',
    ...(method === 'mse' ? ['mse chooses the ranges of activations; in PyTorch it refined those of weights.'] : []),
    ...(preset === null ? [] : leftSentences(recipe, preset, model)),
  ];
}

/** Of layers that no rule and no skip pattern names, which say themselves what becomes of them. */
function leftSentences({ layers, skip_names }: Recipe, preset: TorchPreset, model: KnownModel): readonly string[] {
  if (!model.leftByPresets)
    return [
      `${preset} leaves names like lm_head and router as they are; if the model has such, skip_names has to now.`,
    ];
  const patterns = [...skip_names, ...layers.map(({ module_name }) => module_name)];
  const left = model.leftByPresets.filter((name) => !patterns.some((pattern) => fnmatch(name, pattern)));
  if (left.length === 0) return [];
  return [`${preset} left ${listNames(left)} as ${left.length === 1 ? 'it is' : 'they are'}; now skip_names has to.`];
}

function quantizesWeights({ layers }: Recipe, { preset }: TorchSettings): boolean {
  return preset !== null || layers.some(({ weights }) => weights !== null && weights.dtype !== 'native');
}

const weightsAlone = 'Weights alone: modelopt.onnx quantizes the activations with them.';

/** ModelOpt's own configurations skip by the names of quantizers. */
const namesQuantizers = (pattern: string): boolean => pattern.includes('quantizer');

function lostSkip(pattern: string): string {
  return `skip_names “${pattern}” names single quantizers; modelopt.onnx skips whole layers.`;
}

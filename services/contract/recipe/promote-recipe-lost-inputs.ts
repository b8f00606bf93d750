import { listNames } from '../list-names.ts';
import { fnmatch } from './fnmatch.ts';
import { type TorchSettings, torchSettings } from './modelopt-pytorch-request.ts';
import type { Recipe } from './recipe.ts';

type Alone = { readonly what: string; readonly int8: string; readonly classes: readonly string[] };

const ofRanks = (name: string): readonly string[] => [1, 2, 3].map((rank) => `${name}${rank}d`);

/** The classes of which modelopt.pytorch quantizes what they read, and no weight, with what INT8 in ONNX makes of it. */
const alone: readonly Alone[] = [
  { what: 'LayerNorm', int8: 'stay so only right behind a quantized layer', classes: ['LayerNorm'] },
  {
    what: 'pooling',
    int8: 'stay so only beside a quantized layer',
    classes: ['MaxPool', 'AvgPool', 'AdaptiveAvgPool'].flatMap(ofRanks),
  },
  { what: 'InstanceNorm', int8: 'become float again', classes: ofRanks('InstanceNorm') },
];

/**
 * A sentence on quantized inputs that TensorRT has no kernel for; none if the recipe before quantized no activations.
 * `known`: the classes of which its plan quantized the inputs only. A recipe alone does not tell which classes a
 * network has, so without it those are named that the recipe may quantize. Source: the placement of
 * modelopt/onnx/quantization (0.47), which takes inputs of LayerNormalization behind a linear layer only, those of
 * pooling beside a quantized node, and in FP8 those of Add, Conv, Gemm and MatMul.
 */
export function lostInputs(before: Recipe, after: Recipe, known?: readonly string[]): readonly string[] {
  if (before.backend !== 'modelopt.pytorch') return [];
  const settings = torchSettings(before);
  const isQuantizing = (name: string) => known?.includes(name) ?? quantizesInputsOf(name, before, settings);
  // What a rule for the class itself asks for is said with that rule.
  const isRuled = (name: string) => before.layers.some(({ module_name }) => module_name === name);
  const lost = alone.filter(({ classes }) => classes.some((name) => isQuantizing(name) && !isRuled(name)));
  if (lost.length === 0) return [];
  return [
    after.backend_kwargs.quantize_mode === 'fp8'
      ? `Quantized inputs of ${listNames(lost.map(({ what }) => what))}: TensorRT has no FP8 kernels for them, so they become float again.`
      : `Quantized inputs ${lost.map(({ what, int8 }) => `of ${what} ${int8}`).join(', those ')}. The plan marks what stays “Inputs only”.`,
  ];
}

/** As far as the class alone tells. */
function quantizesInputsOf(name: string, { layers, skip_names }: Recipe, settings: TorchSettings): boolean {
  if (settings.weightsOnly || skip_names.some((pattern) => fnmatch(name, pattern))) return false;
  if (name === 'LayerNorm' && Number(settings.modelopt_version) < 0.44) return false;
  const rule = layers.findLast(({ module_name }) => fnmatch(name, module_name));
  if (rule) return isQuantized(rule.activations);
  if (settings.compat === 'tao') return true;
  if (settings.preset !== null && settings.preset !== 'INT8_WEIGHT_ONLY_CFG') return true;
  return layers.some(({ module_name, activations }) => namesModules(module_name) && isQuantized(activations));
}

/** `blocks.*` may name any module, `fc` names one, and `Conv*` names classes. */
const namesModules = (pattern: string): boolean => !/^[A-Z]/.test(pattern) && /[*?[]/.test(pattern);

function isQuantized(asked: Recipe['layers'][number]['activations']): boolean {
  return asked !== null && asked.dtype !== 'native';
}

import { backendCard } from './catalogue.ts';
import type { PromotedRecipe } from './promote-recipe.ts';
import { keptSentences } from './promote-recipe-kept.ts';
import type { LayerRule, Recipe } from './recipe.ts';
import {
  type Granularity,
  granularityWords,
  requestOf,
  torchaoSettings,
  type WeightRequest,
} from './torchao-request.ts';

/** The same layers for modelopt.pytorch, with their activations. */
export function promoteFromTorchao(recipe: Recipe): PromotedRecipe {
  const usual = torchaoSettings(recipe).granularity;
  const asked = recipe.layers.map((rule) => ({ rule, request: requestOf(rule.weights, usual) }));
  const promoted: Recipe = {
    ...backendCard('modelopt.pytorch').preset,
    layers: recipe.layers.length > 0 ? asked.map(promotedRule) : rulesInsteadOfNone(usual),
    skip_names: recipe.skip_names,
    device: recipe.device,
  };
  return {
    recipe: promoted,
    kept: keptSentences(promoted, recipe),
    changed: changedSentences(asked, promoted),
    lost: [...asked.flatMap(lostOfRule), ...(asked.length === 0 ? lostGroups('', usual) : []), ...lostOptions(recipe)],
  };
}

type AskedRule = { readonly rule: LayerRule; readonly request: WeightRequest | null };

function promotedRule({ rule: { module_name }, request }: AskedRule): LayerRule {
  if (request === null) return { module_name, weights: { dtype: 'native' }, activations: { dtype: 'native' } };
  const dtype = request.dtype === 'fp8_e5m2' ? 'fp8_e4m3fn' : request.dtype;
  const axis = request.granularity.kind === 'per_tensor' ? { quant_axis: null } : {};
  return { module_name, weights: { dtype, ...axis }, activations: { dtype } };
}

/** ModelOpt keeps a scale for each output channel where nothing is said, which is a row of torchao's. */
function rulesInsteadOfNone(usual: Granularity): readonly LayerRule[] {
  if (usual.kind !== 'per_tensor') return [];
  return [{ module_name: 'Linear', weights: { dtype: 'int8', quant_axis: null }, activations: { dtype: 'int8' } }];
}

function changedSentences(asked: readonly AskedRule[], promoted: Recipe): readonly string[] {
  const quantizing = asked.filter(({ request }) => request !== null);
  if (asked.length > 0 && quantizing.length === 0) return [];
  const wide = quantizing.find(({ rule }) => rule.module_name !== 'Linear');
  return [
    'Activations are quantized as well, to the dtype of the weights, with ranges from calibration data.',
    ...(promoted.layers.length === 0
      ? ['torchao quantizes Linear layers only; without rules ModelOpt quantizes convolutions too.']
      : []),
    ...(asked.length === 0 && promoted.layers.length > 0 ? [ruleForLinear] : []),
    ...(wide
      ? [
          `The rule “${wide.rule.module_name}” quantizes every layer that it matches; torchao left all but Linear as they were.`,
        ]
      : []),
  ];
}

const ruleForLinear =
  'One scale for each weight takes a rule to say it: Linear layers have one now, and convolutions stay as they are, as with torchao.';

function lostOfRule({ rule, request }: AskedRule): readonly string[] {
  if (request === null) return [];
  const by = `The rule “${rule.module_name}”: `;
  return [
    ...(request.dtype === 'fp8_e5m2' ? [`${by}ModelOpt has no fp8_e5m2, so fp8_e4m3fn takes its place.`] : []),
    ...lostGroups(by, request.granularity),
  ];
}

function lostGroups(by: string, granularity: Granularity): readonly string[] {
  if (granularity.kind !== 'per_group') return [];
  const words = `scales ${granularityWords(granularity)} are torchao’s alone; ModelOpt has one for each output channel.`;
  return [by === '' ? words.replace(/^s/, 'S') : `${by}${words}`];
}

function lostOptions(recipe: Recipe): readonly string[] {
  const { compat, outputFormat, restOfCheckpoint } = torchaoSettings(recipe);
  return [
    ...(compat === null ? [] : [`compat ${compat}: the numbers of a release of torchao mean nothing to ModelOpt.`]),
    ...(outputFormat === 'pth' ? [] : [`output_format ${outputFormat}: ModelOpt writes a .pth.`]),
    ...(restOfCheckpoint === 'drop'
      ? []
      : ['rest_of_checkpoint keep: ModelOpt’s file has weights and quantizers only.']),
  ];
}

import { type TorchSettings, torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import type { ModuleDecision } from './decide/decide-quantizers.ts';

/** Where the result departs on purpose from what the real tools would write of the same recipe, a sentence each. */
export function deviationsOf(recipe: Recipe, decisions: readonly ModuleDecision[]): readonly string[] {
  const settings = torchSettings(recipe);
  const { compat, method } = settings;
  return [
    ...(recipe.layers.length > 0 && compat === null ? [notAsTao(settings)] : []),
    ...(method === 'entropy' || method === 'percentile' ? [byHand(method)] : []),
    ...decisions.flatMap(({ deviation }) => deviation ?? []),
  ];
}

function notAsTao({ preset }: TorchSettings): string {
  const unnamed = preset === null ? 'stay as they are' : `follow ${preset}`;
  return `Layers that no rule names ${unnamed}, and weights keep a scale for each output channel unless quant_axis says otherwise; TAO would quantize the former to INT8 all the same, and give the latter one scale.`;
}

const byHand = (method: string) =>
  `Activations are calibrated with ${method}; mtq.quantize knows no such algorithm, and ModelOpt’s histogram calibrator, which has it, can only be put into place by hand.`;

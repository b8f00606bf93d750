import { InputError } from '#contract/failure.ts';
import type { Verdict } from '#contract/plan.ts';
import type { LayerDecision } from '#contract/recipe/match-layers.ts';
import type { LayerRule } from '#contract/recipe/recipe.ts';
import { isTorchaoWeightDtype } from '#engine/numerics/torchao-int8-scale.ts';
import type { Layer } from './layers.ts';

export type Judgement = {
  readonly verdict: Verdict;
  readonly reason: string;
  /** A rule asked for INT8 and the layer cannot have it. */
  readonly refused: boolean;
};

/** What becomes of a layer: the recipe's decision, within what torchao can do. */
export function judgeLayer(layer: Layer, decision: LayerDecision): Judgement {
  switch (decision.kind) {
    case 'skip':
      return { verdict: 'skipped', reason: `skip_names: ${decision.pattern}`, refused: false };
    case 'unnamed':
      return { verdict: 'native', reason: 'no rule of the recipe names it', refused: false };
    case 'default':
      return judgeRequest(layer, { by: 'the recipe has no rules: every Linear', rule: null });
    case 'rule': {
      const { rule } = decision;
      const by = `rule ${rule.module_name}`;
      if (rule.weights === null || rule.weights.dtype === 'native') {
        return { verdict: 'native', reason: `${by} leaves its weight as it is`, refused: false };
      }
      return judgeRequest(layer, { by, rule });
    }
  }
}

function judgeRequest(layer: Layer, { by, rule }: { by: string; rule: LayerRule | null }): Judgement {
  const obstacle = obstacleOf(layer, rule);
  if (obstacle === null) return { verdict: 'quantized', reason: by, refused: false };
  return { verdict: 'native', reason: obstacle, refused: rule !== null };
}

/** Why torchao 0.18 leaves a layer alone or fails on it; null if it quantizes it. */
function obstacleOf(layer: Layer, rule: LayerRule | null): string | null {
  if (!isLinear(layer, rule)) return `torchao quantizes Linear, not ${layer.class}`;
  if (!layer.weight) return 'it has no weight';
  const { dtype, shape } = layer.weight;
  const [rows = 0, cols = 0] = shape;
  if (!isTorchaoWeightDtype(dtype)) return `torchao makes INT8 of float32, bfloat16 and float16, not of ${dtype}`;
  if (rows === 0 || cols === 0) return `its weight [${rows}, ${cols}] has no elements`;
  if (cols === 1 && rows > 1) return `torchao fails on a weight [${rows}, 1] of one column`;
  return null;
}

/** A rule that names a module of guessed class by its own name says that it is a Linear after all. */
function isLinear(layer: Layer, rule: LayerRule | null): boolean {
  if (layer.class === 'Linear') return true;
  return layer.assumed && layer.weight?.shape.length === 2 && rule !== null && layer.names.includes(rule.module_name);
}

/** Refuses the rules whose words torchao cannot mean, whatever they match. */
export function checkRules(rules: readonly LayerRule[]): void {
  for (const { module_name, weights, activations } of rules) {
    if (activations !== null && activations.dtype !== 'native') {
      throw new InputError(
        'RECIPE_INVALID',
        `The rule “${module_name}” sets activations to ${activations.dtype}, but torchao quantizes weights only`,
        { remedy: 'Leave activations out, or take modelopt.pytorch or modelopt.onnx, which quantize them.' },
      );
    }
    if (weights && weights.dtype !== 'native' && weights.dtype !== 'int8') {
      throw new InputError(
        'UNSUPPORTED',
        `The rule “${module_name}” asks for ${weights.dtype} weights; this version of the torchao backend makes int8`,
        { remedy: 'Set dtype to int8, or to native to leave the layers as they are.' },
      );
    }
    if (weights?.dtype === 'int8' && weights.quant_axis !== undefined && weights.quant_axis !== 0) {
      throw new InputError(
        'UNSUPPORTED',
        `The rule “${module_name}” sets quant_axis to ${weights.quant_axis}; torchao keeps a scale for each row, which is axis 0`,
        { remedy: 'Leave quant_axis out.' },
      );
    }
  }
}

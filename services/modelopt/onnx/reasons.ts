import type { LayerDecision, MatchedLayers } from '#contract/recipe/match-layers.ts';
import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { TensorRule } from '#contract/recipe/recipe.ts';
import type { Layer } from './layer.ts';

/** Layers that the rules and `skip_names` of the recipe leave float, by name, with the reason. */
export function ruledOut(
  layers: readonly Layer[],
  decisions: MatchedLayers['decisions'],
): readonly (readonly [string, string])[] {
  return layers.flatMap((layer, index) => {
    const reason = whyUnwanted(decisions[index]);
    return reason ? [[layer.node.name, reason] as const] : [];
  });
}

function whyUnwanted(decision: LayerDecision | undefined): string | null {
  switch (decision?.kind) {
    case 'skip':
      return `skip_names has ${decision.pattern}`;
    case 'unnamed':
      return 'no rule of the recipe names it';
    case 'rule':
      return isNative(decision.rule.weights) || (decision.rule.weights === null && isNative(decision.rule.activations))
        ? `the rule ${decision.rule.module_name} leaves it native`
        : null;
    default:
      return null;
  }
}

function isNative(rule: TensorRule | null): boolean {
  return rule?.dtype === 'native';
}

const modeWords = { int8: 'int8', fp8: 'FP8' } as const;

export function whyChosen(decision: LayerDecision | undefined, { mode }: OnnxSettings): string {
  return decision?.kind === 'rule'
    ? `the rule ${decision.rule.module_name} asks for it`
    : `TensorRT has an ${modeWords[mode]} kernel for it`;
}

export function whyNotChosen(
  { node }: Layer,
  given: { readonly operators: ReadonlySet<string>; readonly listed: boolean; readonly settings: OnnxSettings },
): string {
  const { mode, nodes_to_quantize } = given.settings;
  if (!given.operators.has(node.op))
    return given.settings.op_types_to_quantize
      ? `op_types_to_quantize leaves ${node.op} out`
      : `${modeWords[mode]} is for ${[...given.operators].join(', ')}`;
  if (given.listed) return nodes_to_quantize ? 'nodes_to_quantize does not name it' : 'it is on no list';
  return `TensorRT runs it inside a kernel beside it, or gains nothing from ${modeWords[mode]} here`;
}

import { InputError } from '#contract/failure.ts';
import { type LayerDecision, type MatchedLayers, matchLayers } from '#contract/recipe/match-layers.ts';
import type { Recipe, TensorRule } from '#contract/recipe/recipe.ts';
import { excludeAttention } from '#engine/graph/exclude/exclude-attention.ts';
import { excludeConvolutions } from '#engine/graph/exclude/exclude-convolutions.ts';
import { excludeProducts } from '#engine/graph/exclude/exclude-products.ts';
import { withPrefixes } from '#engine/graph/exclude/prefix-exclusions.ts';
import { type QuantizedTensor, quantizedTensors } from '#engine/graph/insert/quantized-tensors.ts';
import type { FloatEdge } from '#engine/graph/placement/float-edge.ts';
import { selectNodes } from '#engine/graph/placement/select-nodes.ts';
import { type Layer, layersOf } from './layer.ts';
import type { Network } from './network.ts';

/** Where Q/DQ go, and for every layer why or why not. */
export type Placement = {
  readonly layers: readonly DecidedLayer[];
  readonly rules: MatchedLayers['rules'];
  readonly warnings: readonly string[];
  readonly selected: ReadonlySet<string>;
  readonly floatEdges: readonly FloatEdge[];
  readonly tensors: readonly QuantizedTensor[];
};

export type DecidedLayer = Layer & {
  readonly quantized: boolean;
  readonly skipped: boolean;
  readonly reason: string;
};

/** What the recipe makes of a network. Errors: RULE_MATCHES_NOTHING; RECIPE_INVALID for an axis that a weight lacks. */
export function decide(network: Network, recipe: Recipe): Placement {
  const { view } = network;
  const layers = layersOf(network);
  const matched = matchLayers(recipe, layers);
  const unwanted = new Map(
    layers.flatMap((layer, index) => {
      const reason = whyUnwanted(matched.decisions[index]);
      return reason ? [[layer.node.name, reason] as const] : [];
    }),
  );
  const shapeOf = network.shapeOf;
  const unfit = new Map(
    [
      ...withPrefixes(view.nodes, [...excludeAttention(view, shapeOf), ...excludeProducts(view, shapeOf)]),
      ...excludeConvolutions(view, shapeOf),
    ].map(({ node, reason }) => [node, reason]),
  );
  const { nodes: selected, floatEdges } = selectNodes(view, new Set([...unwanted.keys(), ...unfit.keys()]));
  const axes = axisRules(layers, matched.decisions);
  const tensors = quantizedTensors(view, selected, (tensor) => network.floatType(tensor) !== null).map((tensor) =>
    withAxis(tensor, axes, network),
  );
  const read = new Set(tensors.map(({ tensor }) => tensor));
  return {
    layers: layers.map((layer, index) => ({
      ...layer,
      quantized: selected.has(layer.node.name) && layer.node.inputs.some((tensor) => read.has(tensor)),
      skipped: matched.decisions[index]?.kind === 'skip',
      reason:
        unwanted.get(layer.node.name) ??
        unfit.get(layer.node.name) ??
        (selected.has(layer.node.name)
          ? wanted(matched.decisions[index])
          : 'TensorRT runs it inside a kernel beside it, or gains nothing from int8 here'),
    })),
    rules: matched.rules,
    warnings: matched.warnings,
    selected,
    floatEdges,
    tensors,
  };
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

function wanted(decision: LayerDecision | undefined): string {
  return decision?.kind === 'rule'
    ? `the rule ${decision.rule.module_name} asks for it`
    : 'TensorRT has an int8 kernel for it';
}

function isNative(rule: TensorRule | null): boolean {
  return rule?.dtype === 'native';
}

/** Axes that rules set for weights, by the weight's name. */
function axisRules(
  layers: readonly Layer[],
  decisions: MatchedLayers['decisions'],
): ReadonlyMap<string, number | null> {
  return new Map(
    layers.flatMap(({ weight }, index) => {
      const decision = decisions[index];
      const axis = decision?.kind === 'rule' ? decision.rule.weights?.quant_axis : undefined;
      return weight !== null && axis !== undefined ? [[weight, axis] as const] : [];
    }),
  );
}

function withAxis(
  quantized: QuantizedTensor,
  axes: ReadonlyMap<string, number | null>,
  { weights }: Network,
): QuantizedTensor {
  const axis = axes.get(quantized.tensor);
  if (axis === undefined || !quantized.weight) return quantized;
  const rank = weights.get(quantized.tensor)?.shape.length ?? 0;
  return { ...quantized, axis: axis === null ? null : fromFront(axis, { rank, weight: quantized.tensor }) };
}

/** −1 is the last axis. */
function fromFront(axis: number, { rank, weight }: { rank: number; weight: string }): number {
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new InputError(
    'RECIPE_INVALID',
    `A rule sets quant_axis to ${axis} for the weight ${weight}, which has ${rank} dimensions`,
    { remedy: `Take an axis from ${-rank} to ${rank - 1}, or null for one scale for the tensor.` },
  );
}

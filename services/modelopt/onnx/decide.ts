import { type MatchedLayers, matchLayers } from '#contract/recipe/match-layers.ts';
import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { type QuantizedTensor, quantizedTensors } from '#engine/graph/insert/quantized-tensors.ts';
import type { FloatEdge } from '#engine/graph/placement/float-edge.ts';
import { type Selection, selectNodes } from '#engine/graph/placement/select-nodes.ts';
import { conventionsOf } from './conventions.ts';
import { customReasons, warnOfCustom } from './custom-operators.ts';
import { exclusionsOf } from './exclusions.ts';
import { type Layer, layersOf } from './layer.ts';
import type { Network } from './network.ts';
import { operatorsOf } from './operators.ts';
import { ruledOut, whyChosen, whyNotChosen } from './reasons.ts';
import { withRuleAxes } from './rule-axes.ts';
import { type Wishes, wishesOf } from './wishes.ts';

/** Where Q/DQ go, and for every layer why or why not. */
export type Placement = {
  readonly layers: readonly DecidedLayer[];
  readonly rules: MatchedLayers['rules'];
  readonly warnings: readonly string[];
  /** Names of the nodes that were chosen. */
  readonly selected: ReadonlySet<string>;
  /** Those among them that can be quantized in this mode. */
  readonly quantized: ReadonlySet<string>;
  readonly floatEdges: readonly FloatEdge[];
  readonly tensors: readonly QuantizedTensor[];
};

export type DecidedLayer = Layer & {
  readonly quantized: boolean;
  readonly skipped: boolean;
  readonly reason: string;
};

/** What the recipe makes of a network. Errors: RULE_MATCHES_NOTHING; RECIPE_INVALID as `wishesOf` and `withRuleAxes`. */
export function decide(network: Network, recipe: Recipe, settings: OnnxSettings): Placement {
  const { view } = network;
  const operators = operatorsOf(network.model, settings);
  const layers = layersOf(network, operators);
  const matched = matchLayers(recipe, layers);
  const wishes = wishesOf(view.nodes, settings);
  const unwanted = new Map([...wishes.excluded, ...ruledOut(layers, matched.decisions)]);
  const unfit = new Map([
    ...exclusionsOf(network, settings).map(({ node, reason }) => [node, reason] as const),
    ...customReasons(network.cut, view.nodes),
  ]);
  const excluded = new Set([...unwanted.keys(), ...unfit.keys()]);
  const { nodes: selected, floatEdges } = network.isQuantized
    ? nothing
    : (listed(wishes, excluded) ?? selectNodes(view, { excluded, quantizable: operators }));
  const quantized = new Set(
    view.nodes.filter(({ name, op, domain }) => selected.has(name) && operators.has(op) && domain === '').map(nameOf),
  );
  const tensors = quantizedTensors(view, quantized, {
    isFloat: (tensor) => network.floatType(tensor) !== null,
    channels: { products: conventionsOf(settings).products },
  });
  const read = new Set(tensors.map(({ tensor }) => tensor));
  return {
    layers: layers.map((layer, index) => ({
      ...layer,
      quantized: quantized.has(layer.node.name) && layer.node.inputs.some((tensor) => read.has(tensor)),
      skipped: matched.decisions[index]?.kind === 'skip',
      reason:
        unwanted.get(layer.node.name) ??
        unfit.get(layer.node.name) ??
        (quantized.has(layer.node.name)
          ? (wishes.listed?.get(layer.node.name) ?? whyChosen(matched.decisions[index], settings))
          : whyNotChosen(layer, { operators, listed: wishes.listed !== null, settings })),
    })),
    rules: matched.rules,
    warnings: [
      ...matched.warnings,
      ...wishes.warnings,
      ...warnOfCustom(network.cut, layers),
      ...(tensors.length === 0 ? [nothingQuantized] : []),
    ],
    selected,
    quantized,
    floatEdges,
    tensors: withRuleAxes(tensors, network, { layers, decisions: matched.decisions }),
  };
}

const nothingQuantized = 'No tensor of this model is quantized: every layer says why.';
const nothing: Selection = { nodes: new Set(), floatEdges: [] };
const nameOf = ({ name }: { readonly name: string }): string => name;

/** Nodes of a list are taken as they are: no rule of placement adds one or takes one back. */
function listed({ listed: names }: Wishes, excluded: ReadonlySet<string>): Selection | null {
  return names && { nodes: new Set([...names.keys()].filter((name) => !excluded.has(name))), floatEdges: [] };
}

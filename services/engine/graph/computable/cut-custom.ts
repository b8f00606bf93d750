import type { OnnxGraph, OnnxModel, OnnxNode, OnnxPort } from '#engine/formats/onnx/model.ts';
import { tensorsRead } from '#engine/formats/onnx/sort-nodes.ts';
import { functionKey, type Operator, operatorKey, operatorsIn, operatorsOfFunction } from './custom-operators.ts';

/** A model parted where operators begin that cannot be computed. */
export type Cut = {
  /**
   * What can be computed. Its outputs are those of the outputs that it makes; where it makes none, the tensors that the
   * rest reads from it. All inputs are there still. The model itself if everything can be computed.
   */
  readonly model: OnnxModel;
  /** Nodes of those operators, and nodes that hold one in a subgraph or a function. */
  readonly custom: readonly OnnxNode[];
  /** Of each tensor that cannot be computed, the last custom node before it. */
  readonly origins: ReadonlyMap<string, OnnxNode>;
};

/** Takes the nodes of `lacking` operators out of a model, with all that depends on what they make. */
export function cutCustom(model: OnnxModel, lacking: readonly Operator[]): Cut {
  if (lacking.length === 0) return { model, custom: [], origins: new Map() };
  const isCustom = customTest(model, lacking);
  const custom: OnnxNode[] = [];
  const kept: OnnxNode[] = [];
  const left: OnnxNode[] = [];
  const origins = new Map<string, OnnxNode>();
  for (const node of model.graph.nodes) {
    const isOne = isCustom(node);
    if (isOne) custom.push(node);
    const origin = isOne ? node : firstOrigin(node, origins);
    if (!origin) {
      kept.push(node);
      continue;
    }
    left.push(node);
    for (const output of node.outputs) if (output !== '') origins.set(output, origin);
  }
  return { model: { ...model, graph: computable(model.graph, { kept, left, origins }) }, custom, origins };
}

/** The custom node that a node is, or depends on; undefined for one that can be computed. */
export function originOf({ origins }: Pick<Cut, 'origins'>, node: OnnxNode): OnnxNode | undefined {
  return origins.get(node.outputs.find((output) => output !== '') ?? '');
}

function customTest(model: OnnxModel, lacking: readonly Operator[]): (node: OnnxNode) => boolean {
  const callers = new Map<string, string[]>();
  for (const definition of model.rest.functions ?? [])
    for (const key of new Set(operatorsOfFunction(definition).map(operatorKey))) {
      const known = callers.get(key);
      if (known) known.push(functionKey(definition));
      else callers.set(key, [functionKey(definition)]);
    }
  // It grows while it is walked: functions call functions, in whatever order they are written.
  const keys = new Set(lacking.map(operatorKey));
  for (const key of keys) for (const caller of callers.get(key) ?? []) keys.add(caller);
  return (node) => operatorsIn(node).some((operator) => keys.has(operatorKey(operator)));
}

function firstOrigin(node: OnnxNode, origins: Cut['origins']): OnnxNode | undefined {
  for (const tensor of tensorsRead(node)) {
    const origin = origins.get(tensor);
    if (origin) return origin;
  }
  return undefined;
}

type Parts = { readonly kept: readonly OnnxNode[]; readonly left: readonly OnnxNode[] } & Pick<Cut, 'origins'>;

function computable(graph: OnnxGraph, { kept, left, origins }: Parts): OnnxGraph {
  const isThere = ({ name }: OnnxPort) => !origins.has(name);
  const made = new Set(kept.flatMap((node) => node.outputs));
  const remaining = graph.outputs.filter(isThere);
  const border = [...new Set(left.flatMap(tensorsRead))].filter((tensor) => made.has(tensor));
  const outputs =
    remaining.length > 0
      ? remaining
      : border.map((name): OnnxPort => ({ name, dtype: null, shape: null, proto: { name } }));
  const read = new Set([...kept.flatMap(tensorsRead), ...outputs.map(({ name }) => name)]);
  return {
    ...graph,
    nodes: kept,
    initializers: graph.initializers.filter(({ name }) => read.has(name)),
    outputs,
    valueInfo: graph.valueInfo.filter(isThere),
  };
}

import type { OnnxGraph } from '../../formats/onnx/model.ts';
import type { CompanionWeight, ModuleInput } from '../companion.ts';

/** A graph with what is asked of it for every module. */
export type IndexedGraph = {
  readonly graph: OnnxGraph;
  /** Names of initializers. */
  readonly constants: ReadonlySet<string>;
  /** Index of the node that makes a tensor. */
  readonly makers: ReadonlyMap<string, number>;
};

export function indexGraph(graph: OnnxGraph): IndexedGraph {
  return {
    graph,
    constants: new Set(graph.initializers.map((tensor) => tensor.name)),
    makers: new Map(graph.nodes.flatMap((node, index) => node.outputs.map((output) => [output, index] as const))),
  };
}

/** What a module with a weight is called with: the activation input of each of its nodes. */
export function siteInputs({ graph }: IndexedGraph, weight: CompanionWeight): ModuleInput[] {
  return weight.sites.map(({ node, activationInput }) => ({
    tensor: graph.nodes[node]?.inputs[activationInput] ?? '',
    node,
    input: activationInput,
  }));
}

/** What a recurrent module is called with: the input of its first layer, before the exporter turned or reshaped it. */
export function layerInputs(indexed: IndexedGraph, layers: readonly number[], nodes: readonly number[]): ModuleInput[] {
  const made = new Set(nodes.flatMap((index) => indexed.graph.nodes[index]?.outputs ?? []));
  return layers.map((node) =>
    outside(indexed, { tensor: indexed.graph.nodes[node]?.inputs[0] ?? '', node, input: 0 }, made),
  );
}

/**
 * What a module without a weight of its own is called with: the first input of the operator it is made of, or,
 * where it is made of several, every tensor that comes from outside its nodes.
 */
export function callInputs(indexed: IndexedGraph, nodes: readonly number[]): ModuleInput[] {
  const { graph, constants } = indexed;
  const made = new Set(nodes.flatMap((index) => graph.nodes[index]?.outputs ?? []));
  const principal = nodes.filter((index) => principals.has(graph.nodes[index]?.op ?? ''));
  const inputs = (principal.length > 0 ? principal : nodes).flatMap((node) =>
    (graph.nodes[node]?.inputs ?? []).map((tensor, input) => ({ tensor, node, input })),
  );
  const read = inputs
    .filter(({ input }) => principal.length === 0 || input === 0)
    .map((input) => outside(indexed, input, made))
    .filter(({ tensor }) => tensor !== '' && !constants.has(tensor) && !made.has(tensor));
  return [...new Map(read.map((input) => [`${input.node}/${input.input}`, input])).values()];
}

const principals: ReadonlySet<string> = new Set([
  'LayerNormalization',
  'BatchNormalization',
  'InstanceNormalization',
  'MaxPool',
  'AveragePool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'LeakyRelu',
]);

/** Back through what the exporter put in front (Pad, Reshape) to the tensor the module was given. */
function outside({ graph, makers }: IndexedGraph, from: ModuleInput, made: ReadonlySet<string>): ModuleInput {
  let current = from;
  for (let hops = 0; hops < maxHops && made.has(current.tensor); hops++) {
    const node = makers.get(current.tensor) ?? -1;
    current = { tensor: graph.nodes[node]?.inputs[0] ?? '', node, input: 0 };
  }
  return current;
}

const maxHops = 4;

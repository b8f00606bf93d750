import type { OnnxModel } from '../formats/onnx/model.ts';
import type { CompanionWeight, ModuleInput } from './companion.ts';

/** What a module with a weight is called with: the activation input of each of its nodes. */
export function siteInputs(model: OnnxModel, weight: CompanionWeight): ModuleInput[] {
  return weight.sites.map(({ node, activationInput }) => ({
    tensor: model.graph.nodes[node]?.inputs[activationInput] ?? '',
    node,
    input: activationInput,
  }));
}

/**
 * What a module without a weight of its own is called with: the first input of the operator it is made of, or,
 * where it is made of several, every tensor that comes from outside its nodes.
 */
export function callInputs(model: OnnxModel, nodes: readonly number[]): ModuleInput[] {
  const { graph } = model;
  const constants = new Set(graph.initializers.map((tensor) => tensor.name));
  const made = new Set(nodes.flatMap((index) => graph.nodes[index]?.outputs ?? []));
  const principal = nodes.filter((index) => principals.has(graph.nodes[index]?.op ?? ''));
  const read = principal.length > 0 ? principal : nodes;
  const inputs = read.flatMap((node) =>
    (graph.nodes[node]?.inputs ?? []).map((tensor, input) => ({ tensor, node, input })),
  );
  return inputs
    .filter(({ input }) => principal.length === 0 || input === 0)
    .map((input) => outside(model, input, made))
    .filter(({ tensor }) => tensor !== '' && !constants.has(tensor) && !made.has(tensor));
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
function outside({ graph }: OnnxModel, from: ModuleInput, made: ReadonlySet<string>): ModuleInput {
  let current = from;
  for (let hops = 0; hops < maxHops && made.has(current.tensor); hops++) {
    const node = graph.nodes.findIndex((candidate) => candidate.outputs.includes(current.tensor));
    current = { tensor: graph.nodes[node]?.inputs[0] ?? '', node, input: 0 };
  }
  return current;
}

const maxHops = 4;

import type { OnnxModel, OnnxNode, OnnxPort } from '#engine/formats/onnx/model.ts';

/** A node that reads one tensor and whose only output becomes a graph output. */
export type Probe = { readonly tensor: string; readonly node: OnnxNode };

/**
 * The model with the probes appended and only their outputs as graph outputs. Types are the runtime's to infer. The
 * runtime takes the last of the nodes that nothing reads first, with all that it needs; so those of the first tensors
 * stand last, each is run as soon as its tensor is there, and no tensor is kept for the end.
 */
export function withProbes(model: OnnxModel, probes: readonly Probe[]): OnnxModel {
  const deepestFirst = shallowestFirst(model, probes).toReversed();
  const nodes = [...model.graph.nodes, ...deepestFirst.map(({ node }) => node)];
  return withOutputs(
    { ...model, graph: { ...model.graph, nodes } },
    probes.map(({ node }) => node.outputs[0] ?? ''),
  );
}

/** In the order in which their tensors are made. */
export function shallowestFirst({ graph }: OnnxModel, probes: readonly Probe[]): readonly Probe[] {
  const made = new Map(graph.nodes.flatMap(({ outputs }, index) => outputs.map((tensor) => [tensor, index])));
  const depth = ({ tensor }: Probe) => made.get(tensor) ?? -1;
  return [...probes].sort((a, b) => depth(a) - depth(b));
}

/** The model with these tensors, which nodes of it make, as its only outputs. */
export function withOutputs(model: OnnxModel, tensors: readonly string[]): OnnxModel {
  const outputs = tensors.map((name): OnnxPort => ({ name, dtype: null, shape: null, proto: { name } }));
  return { ...model, graph: { ...model.graph, outputs } };
}

/** `zeropoint` cannot be the first word of a name in a user's graph by accident; the index makes it unique. */
export function probe(op: string, tensor: string, rest: { index: number; attributes?: OnnxNode['attributes'] }): Probe {
  const name = `zeropoint/${op}/${rest.index}`;
  return {
    tensor,
    node: { name, op, domain: '', inputs: [tensor], outputs: [name], attributes: rest.attributes ?? [], rest: {} },
  };
}

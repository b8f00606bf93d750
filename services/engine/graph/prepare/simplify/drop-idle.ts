import { subgraphs } from '#engine/formats/onnx/attribute.ts';
import type { OnnxGraph, OnnxModel, OnnxNode } from '#engine/formats/onnx/model.ts';
import { tensorsRead } from '#engine/formats/onnx/sort-nodes.ts';
import { countReads } from '../../count-reads.ts';

/**
 * The model without nodes that hand on what they get. One whose output is an output of the graph stays, since that
 * output has to keep its name; so does one that a subgraph looks at.
 */
export function dropIdle(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const kept = new Set([...graph.outputs.map(({ name }) => name), ...seenBySubgraphs(graph)]);
  const reads = countReads(graph);
  const handedOn = new Map<string, string>();
  for (const node of graph.nodes) {
    const [input = '', output = ''] = [node.inputs[0], node.outputs[0]];
    if (isIdle(node, reads) && output !== '' && !kept.has(output)) handedOn.set(output, handedOn.get(input) ?? input);
  }
  if (handedOn.size === 0) return model;
  const nodes = graph.nodes
    .filter((node) => !handedOn.has(node.outputs[0] ?? ''))
    .map((node) =>
      node.inputs.some((input) => handedOn.has(input))
        ? { ...node, inputs: node.inputs.map((input) => handedOn.get(input) ?? input) }
        : node,
    );
  return { ...model, graph: { ...graph, nodes } };
}

/** Nodes stand in an order in which every tensor is made before it is used, so that chains are followed by looking back. */
function isIdle(node: OnnxNode, reads: ReadonlyMap<string, number>): boolean {
  if (node.domain !== '') return false;
  if (node.op === 'Identity') return true;
  // In training it drops values; that is a third input.
  return node.op === 'Dropout' && (node.inputs[2] ?? '') === '' && !reads.has(node.outputs[1] ?? '');
}

function seenBySubgraphs({ nodes }: OnnxGraph): readonly string[] {
  return nodes.flatMap((node) => (subgraphs(node).length > 0 ? tensorsRead({ ...node, inputs: [] }) : []));
}

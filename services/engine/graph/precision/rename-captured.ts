import type { onnx } from '#engine/formats/onnx/generated/messages.js';
import type { OnnxAttribute, OnnxNode } from '#engine/formats/onnx/model.ts';

/** The node with tensors renamed that its subgraphs take from around them. Names are unique across graphs in ONNX. */
export function renameCaptured(node: OnnxNode, names: ReadonlyMap<string, string>): OnnxNode {
  return names.size === 0 ? node : { ...node, attributes: node.attributes.map((one) => inAttribute(one, names)) };
}

function inAttribute(attribute: OnnxAttribute, names: ReadonlyMap<string, string>): OnnxAttribute {
  const { g, graphs } = attribute;
  return {
    ...attribute,
    ...(g ? { g: inGraph(g, names) } : {}),
    ...(graphs ? { graphs: graphs.map((graph) => inGraph(graph, names)) } : {}),
  };
}

function inGraph(graph: onnx.GraphProto.$Properties, names: ReadonlyMap<string, string>): onnx.GraphProto.$Properties {
  const renamed = (name: string) => names.get(name) ?? name;
  const renamedPort = (port: onnx.ValueInfoProto.$Properties) => ({ ...port, name: renamed(port.name ?? '') });
  return {
    ...graph,
    node: (graph.node ?? []).map((node) => ({
      ...node,
      input: (node.input ?? []).map(renamed),
      attribute: (node.attribute ?? []).map((attribute) => inAttribute(attribute, names)),
    })),
    output: (graph.output ?? []).map(renamedPort),
    valueInfo: (graph.valueInfo ?? []).map(renamedPort),
  };
}

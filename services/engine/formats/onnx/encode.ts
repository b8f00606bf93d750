import { onnx } from './generated/messages.js';
import type { OnnxGraph, OnnxModel, OnnxNode } from './model.ts';

/** The model as protobuf bytes; the same model always gives the same bytes. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const proto: onnx.ModelProto.$Properties = {
    ...model.rest,
    irVersion: int64(model.irVersion),
    opsetImport: model.opsets.map((opset) => ({ domain: opset.domain, version: int64(opset.version) })),
    graph: encodeGraph(model.graph),
  };
  return onnx.ModelProto.encode(proto).finish();
}

function encodeGraph(graph: OnnxGraph): onnx.GraphProto.$Properties {
  return {
    ...graph.rest,
    name: graph.name,
    node: graph.nodes.map(encodeNode),
    initializer: graph.initializers.map((tensor) => tensor.proto),
    input: graph.inputs.map((port) => port.proto),
    output: graph.outputs.map((port) => port.proto),
    valueInfo: graph.valueInfo.map((port) => port.proto),
  };
}

function encodeNode(node: OnnxNode): onnx.NodeProto.$Properties {
  return {
    ...node.rest,
    name: node.name,
    opType: node.op,
    ...(node.domain ? { domain: node.domain } : {}),
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: [...node.attributes],
  };
}

type Int64 = NonNullable<onnx.ModelProto.$Properties['irVersion']>;

/** The writer takes plain numbers for 64-bit fields; the generated types name only what the reader makes. */
export function int64(value: number): Int64 {
  return value as unknown as Int64;
}

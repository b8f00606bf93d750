import { onnx } from './generated/messages.js';
import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from './model.ts';

/**
 * The model as protobuf bytes, with all its data; the same model always gives the same bytes. For large models there
 * are `writeOnnxModel` and `forRuntime`, which leave data where they are.
 */
export function encodeModel(model: OnnxModel): Uint8Array {
  return encodeWith(model, inlineProto);
}

/** The tensor with its data. */
export function inlineProto({ proto, source }: OnnxTensor): TensorProto {
  return source ? { ...proto, rawData: source.read(0, source.length) } : proto;
}

/** The same with each initializer as `initializer` has it. */
export function encodeWith(model: OnnxModel, initializer: (tensor: OnnxTensor) => TensorProto): Uint8Array {
  const graph = encodeGraph(model.graph, initializer);
  return onnx.ModelProto.encode({ ...headOf(model), graph }).finish();
}

/** A graph as a message within others. */
export function encodeGraph(graph: OnnxGraph, initializer = inlineProto): onnx.GraphProto.$Properties {
  return { ...protoOf(graph), initializer: graph.initializers.map(initializer) };
}

/** All but the graph, and all of the graph but its initializers, for a writer that puts them together itself. */
export function encodeAround(model: OnnxModel): { readonly model: Uint8Array; readonly graph: Uint8Array } {
  return {
    model: onnx.ModelProto.encode(headOf(model)).finish(),
    graph: onnx.GraphProto.encode(protoOf(model.graph)).finish(),
  };
}

export type TensorProto = onnx.TensorProto.$Properties;

function headOf({ rest, irVersion, opsets }: OnnxModel): onnx.ModelProto.$Properties {
  return {
    ...rest,
    irVersion: int64(irVersion),
    opsetImport: opsets.map((opset) => ({ domain: opset.domain, version: int64(opset.version) })),
  };
}

function protoOf(graph: OnnxGraph): onnx.GraphProto.$Properties {
  return {
    ...graph.rest,
    name: graph.name,
    node: graph.nodes.map(encodeNode),
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

import { intAttribute, makeInt, withAttribute } from '../formats/onnx/attribute.ts';
import { dataTypes, dtypeOf } from '../formats/onnx/data-type.ts';
import { decodeGraph } from '../formats/onnx/decode.ts';
import { encodeGraph } from '../formats/onnx/encode.ts';
import type { OnnxGraph, OnnxModel, OnnxNode, OnnxPort } from '../formats/onnx/model.ts';
import { convertTensor, type FloatDtype, isFloat } from '../graph/precision/convert-tensor.ts';
import { canRetype, retypeNode, retypePort } from '../graph/precision/retype.ts';

/** The floating-point types other than float32 that the weights of a graph are in: it was converted, or exported after `.half()`. */
export function weightTypes({ graph }: OnnxModel): ReadonlySet<FloatDtype> {
  const types = graph.initializers.filter(({ shape }) => shape.length >= 2).map(({ dtype }) => dtype);
  return new Set(types.filter(isFloat).filter((dtype) => dtype !== 'float32'));
}

/**
 * The graph with everything of these types in float32 instead: constants, inputs and outputs, and what Casts make. Node
 * stays node, so that places in the one are places in the other.
 */
export function inFloat32(model: OnnxModel, types: ReadonlySet<FloatDtype>): OnnxModel {
  return types.size === 0 ? model : { ...model, graph: retypedGraph(model.graph, types) };
}

function retypedGraph(graph: OnnxGraph, types: ReadonlySet<FloatDtype>): OnnxGraph {
  const isTyped = (dtype: string | null): boolean => isFloat(dtype) && types.has(dtype);
  const ports = (all: readonly OnnxPort[]) =>
    all.map((port) => (isTyped(port.dtype) ? retypePort(port, 'float32') : port));
  return {
    ...graph,
    nodes: graph.nodes.map((node) => retyped(node, types)),
    initializers: graph.initializers.map((tensor) =>
      isTyped(tensor.dtype) ? convertTensor(tensor, 'float32', 'cast') : tensor,
    ),
    inputs: ports(graph.inputs),
    outputs: ports(graph.outputs),
    valueInfo: ports(graph.valueInfo),
  };
}

function retyped(node: OnnxNode, types: ReadonlySet<FloatDtype>): OnnxNode {
  const attributes = node.attributes.map((attribute) =>
    attribute.g ? { ...attribute, g: encodeGraph(retypedGraph(decodeGraph(attribute.g), types)) } : attribute,
  );
  const type = madeType(node);
  if (!isFloat(type) || !types.has(type)) return { ...node, attributes };
  if (canRetype(node)) return retypeNode(node, 'float32', 'cast');
  return withAttribute({ ...node, attributes }, makeInt('dtype', dataTypes.float32));
}

/** The type that the node says it makes; null: that of what it reads. */
function madeType(node: OnnxNode) {
  const [value] = node.attributes.filter(({ name }) => name === 'value');
  if (node.op === 'Cast') return dtypeOf(intAttribute(node, 'to', 0));
  if (node.op === 'Constant' || node.op === 'ConstantOfShape') return dtypeOf(Number(value?.t?.dataType ?? 0));
  return dtypeOf(intAttribute(node, 'dtype', 0));
}

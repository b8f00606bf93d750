import { InputError } from '#contract/failure.ts';
import { dtypeOf } from './data-type.ts';
import { onnx } from './generated/messages.js';
import type { OnnxGraph, OnnxModel, OnnxNode, OnnxPort, OnnxTensor } from './model.ts';

/** Protobuf bytes to a model; tensors keep views into `bytes`. Throws what the protobuf reader throws, or
 * an InputError. */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const proto = onnx.ModelProto.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const { irVersion, opsetImport, graph, ...rest } = proto;
  return {
    irVersion: toNumber(irVersion),
    opsets: (opsetImport ?? []).map((opset) => ({ domain: opset.domain ?? '', version: toNumber(opset.version) })),
    graph: decodeGraph(graph ?? {}),
    rest,
  };
}

/** Also of a subgraph. Errors: CORRUPT_FILE where an initializer and the graph input of its name disagree. */
export function decodeGraph(proto: onnx.GraphProto.$Properties): OnnxGraph {
  const { name, node, initializer, input, output, valueInfo, ...rest } = proto;
  const initializers = (initializer ?? []).map(decodeTensor);
  const constants = new Map(initializers.map((tensor) => [tensor.name, tensor]));
  const ports = (input ?? []).map(decodePort);
  for (const port of ports) refuseOtherShape(port, constants.get(port.name));
  return {
    name: name ?? '',
    nodes: (node ?? []).map(decodeNode),
    initializers,
    inputs: ports.filter((port) => !constants.has(port.name)),
    outputs: (output ?? []).map(decodePort),
    valueInfo: (valueInfo ?? []).map(decodePort),
    rest,
  };
}

/** Older IR versions list initializers as graph inputs too; the value decides, and the listing must agree with it. */
function refuseOtherShape(port: OnnxPort, value: OnnxTensor | undefined): void {
  const agrees = port.shape?.every(
    (dimension, axis) => typeof dimension !== 'number' || dimension === value?.shape[axis],
  );
  if (!value || port.shape === null || (agrees && port.shape.length === value.shape.length)) return;
  throw new InputError(
    'CORRUPT_FILE',
    `Initializer ${port.name} has the shape [${value.shape.join(', ')}]; the graph input of that name says [${port.shape.map((dimension) => dimension ?? '?').join(', ')}].`,
  );
}

function decodeNode(proto: onnx.NodeProto.$Properties): OnnxNode {
  const { name, opType, domain, input, output, attribute, ...rest } = proto;
  return {
    name: name ?? '',
    op: opType ?? '',
    domain: domain === 'ai.onnx' ? '' : (domain ?? ''),
    inputs: input ?? [],
    outputs: output ?? [],
    attributes: attribute ?? [],
    rest,
  };
}

export function decodeTensor(proto: onnx.TensorProto.$Properties): OnnxTensor {
  return {
    name: proto.name ?? '',
    dtype: dtypeOf(proto.dataType ?? 0),
    shape: (proto.dims ?? []).map(toNumber),
    proto,
  };
}

function decodePort(proto: onnx.ValueInfoProto.$Properties): OnnxPort {
  const tensor = proto.type?.tensorType;
  return {
    name: proto.name ?? '',
    dtype: dtypeOf(tensor?.elemType ?? 0),
    shape: tensor?.shape ? (tensor.shape.dim ?? []).map(decodeDimension) : null,
    proto,
  };
}

function decodeDimension(dim: onnx.TensorShapeProto.Dimension.$Properties): number | string | null {
  if (dim.dimValue !== undefined && dim.dimValue !== null) return toNumber(dim.dimValue);
  return dim.dimParam ? dim.dimParam : null;
}

type Int64 = { toNumber(): number } | number | null | undefined;

/** Exact up to 2^53; every such number is checked against a limit far below before it is used. */
export function toNumber(value: Int64): number {
  if (value === null || value === undefined) return 0;
  return typeof value === 'number' ? value : value.toNumber();
}

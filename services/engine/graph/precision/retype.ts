import { findAttribute, makeInt, withAttribute } from '#engine/formats/onnx/attribute.ts';
import { dataTypes, type OnnxDtype } from '#engine/formats/onnx/data-type.ts';
import { decodeTensor } from '#engine/formats/onnx/decode.ts';
import { onnx } from '#engine/formats/onnx/generated/messages.js';
import type { OnnxNode, OnnxPort, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { convertTensor, type FloatDtype, type OutOfRange } from './convert-tensor.ts';

export function retypePort(port: OnnxPort, dtype: OnnxDtype): OnnxPort {
  if (port.dtype === dtype) return port;
  const { type } = port.proto;
  const tensorType = { ...type?.tensorType, elemType: dataTypes[dtype] };
  return { ...port, dtype, proto: { ...port.proto, type: { ...type, tensorType } } };
}

export function makeCast(tensor: string, output: string, dtype: FloatDtype): OnnxNode {
  const attributes = [makeInt('to', dataTypes[dtype])];
  return { name: output, op: 'Cast', domain: '', inputs: [tensor], outputs: [output], attributes, rest: {} };
}

/** Nodes whose output can be of another floating-point type without a Cast behind them: it is theirs to say. */
export function canRetype(node: OnnxNode): boolean {
  return node.domain === '' && (node.op === 'Cast' || node.op === 'ConstantOfShape' || constantOf(node) !== null);
}

/** A node of which `canRetype` holds, with its output in that type. */
export function retypeNode(node: OnnxNode, dtype: FloatDtype, outOfRange: OutOfRange): OnnxNode {
  if (node.op === 'Cast') return withAttribute(node, makeInt('to', dataTypes[dtype]));
  const value = constantOf(node) ?? makeTensor({ name: '', dtype: 'float32', shape: [1] }, new Uint8Array(4));
  const t = convertTensor(value, dtype, outOfRange).proto;
  const attribute = { name: 'value', type: onnx.AttributeProto.AttributeType.TENSOR, t };
  const attributes = node.attributes.filter(({ name }) => !(name ?? '').startsWith('value'));
  return { ...node, attributes: [...attributes, attribute] };
}

/** What a Constant or ConstantOfShape holds, whichever attribute holds it; null if it is sparse, or no number. */
export function constantOf(node: OnnxNode): OnnxTensor | null {
  if (node.op !== 'Constant' && node.op !== 'ConstantOfShape') return null;
  const value = findAttribute(node, 'value')?.t;
  if (value) return decodeTensor(value);
  const single = findAttribute(node, 'value_float');
  const list = findAttribute(node, 'value_floats')?.floats;
  if (!single && !list) return null;
  const floats = Float32Array.from(list ?? [single?.f ?? 0]);
  return makeTensor({ name: '', dtype: 'float32', shape: list ? [floats.length] : [] }, new Uint8Array(floats.buffer));
}

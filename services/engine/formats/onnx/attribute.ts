import { toNumber } from './decode.ts';
import { int64 } from './encode.ts';
import { onnx } from './generated/messages.js';
import type { OnnxAttribute, OnnxNode } from './model.ts';

const { AttributeType } = onnx.AttributeProto;

export function findAttribute(node: OnnxNode, name: string): OnnxAttribute | undefined {
  return node.attributes.find((attribute) => attribute.name === name);
}

export function intAttribute(node: OnnxNode, name: string, absent: number): number {
  const attribute = findAttribute(node, name);
  return attribute ? toNumber(attribute.i) : absent;
}

export function intsAttribute(node: OnnxNode, name: string): readonly number[] | null {
  const attribute = findAttribute(node, name);
  return attribute ? (attribute.ints ?? []).map(toNumber) : null;
}

export function makeInt(name: string, value: number): OnnxAttribute {
  return { name, type: AttributeType.INT, i: int64(value) };
}

export function makeInts(name: string, values: readonly number[]): OnnxAttribute {
  return { name, type: AttributeType.INTS, ints: values.map(int64) };
}

/** The node with the attribute set, in its old place if it was there. */
export function withAttribute(node: OnnxNode, attribute: OnnxAttribute): OnnxNode {
  const there = findAttribute(node, attribute.name ?? '') !== undefined;
  return {
    ...node,
    attributes: there
      ? node.attributes.map((old) => (old.name === attribute.name ? attribute : old))
      : [...node.attributes, attribute],
  };
}

/** Subgraphs of If, Loop and Scan. */
export function subgraphs(node: OnnxNode): readonly onnx.GraphProto.$Properties[] {
  return node.attributes.flatMap((attribute) => [...(attribute.g ? [attribute.g] : []), ...(attribute.graphs ?? [])]);
}

import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../../formats/onnx/model.ts';
import { makeTensor } from '../../formats/onnx/tensor.ts';

/** Nodes and constants that are being written down, one after the other. */
export type NodeList = {
  readonly nodes: OnnxNode[];
  readonly constants: OnnxTensor[];
  freshName(wish: string): string;
  /** Adds a node and gives its output, or the first of as many as asked for. */
  add(op: string, inputs: readonly string[], attributes?: readonly OnnxAttribute[]): string;
  addMany(op: string, inputs: readonly string[], outputs: number, attributes?: readonly OnnxAttribute[]): string[];
  /** A constant vector, and a constant number. */
  integers(values: readonly number[]): string;
  integer(value: number): string;
};

/** `base` is what the names begin with. */
export function nodeList(base: string, freshName: (wish: string) => string): NodeList {
  const nodes: OnnxNode[] = [];
  const constants: OnnxTensor[] = [];
  const addMany: NodeList['addMany'] = (op, inputs, outputs, attributes = []) => {
    const made = Array.from({ length: outputs }, () => freshName(`${base}/${op}`));
    nodes.push({ name: made[0] ?? base, op, domain: '', inputs, outputs: made, attributes, rest: {} });
    return made;
  };
  const constant = (values: readonly number[], shape: readonly number[]) => {
    const name = freshName(`${base}/integers`);
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    constants.push(makeTensor({ name, dtype: 'int64', shape }, bytes));
    return name;
  };
  return {
    nodes,
    constants,
    freshName,
    addMany,
    add: (op, inputs, attributes = []) => addMany(op, inputs, 1, attributes)[0] ?? '',
    integers: (values) => constant(values, [values.length]),
    integer: (value) => constant([value], []),
  };
}

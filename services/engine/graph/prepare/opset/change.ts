import type { OnnxNode, OnnxPort, OnnxTensor } from '#engine/formats/onnx/model.ts';

/** A node in the words of a later opset, with the constants it then reads; a string is why it cannot be said there. */
export type Converted = { readonly nodes: readonly OnnxNode[]; readonly constants: readonly OnnxTensor[] } | string;

export type OpsetChange = {
  readonly ops: readonly string[];
  /** The opset that changed the operator. */
  readonly since: number;
  convert(node: OnnxNode, context: ConversionContext): Converted;
};

export type ConversionContext = {
  /** A name that nothing in the model has. */
  freshName(wish: string): string;
  /** null: not known. */
  rank(tensor: string): number | null;
  /** As declared; null: not known. */
  shape(tensor: string): OnnxPort['shape'];
  /** The type of a floating-point tensor, as far as it is declared; float32 otherwise. */
  floatType(tensor: string): 'float32' | 'float16' | 'float64';
  constant(tensor: string): OnnxTensor | null;
};

export function same(node: OnnxNode): Converted {
  return { nodes: [node], constants: [] };
}

export function withoutAttributes(node: OnnxNode, names: readonly string[]): OnnxNode {
  return { ...node, attributes: node.attributes.filter(({ name }) => !names.includes(name ?? '')) };
}

export function makeNode(op: string, made: Pick<OnnxNode, 'inputs' | 'outputs' | 'attributes'>): OnnxNode {
  return { name: '', op, domain: '', rest: {}, ...made };
}

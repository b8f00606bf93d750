import { intAttribute, intsAttribute, makeInt, withAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';

/** A node in the words of a later opset, with the constants it then reads; a string is why it cannot be said there. */
type Converted = { readonly node: OnnxNode; readonly constants: readonly OnnxTensor[] } | string;

export type OpsetChange = {
  readonly ops: readonly string[];
  /** The opset that changed the operator. */
  readonly since: number;
  convert(node: OnnxNode, context: ConversionContext): Converted;
};

type ConversionContext = {
  /** A name that nothing in the graph has. */
  freshName(wish: string): string;
  rank(tensor: string): number | null;
};

/** Operators whose meaning or form changed between opset 11 and 19; all others mean the same in both. */
export const opsetChanges: readonly OpsetChange[] = [
  {
    ops: ['Squeeze', 'Unsqueeze', 'ReduceSum'],
    since: 13,
    convert: (node, context) => intsToInput(node, context, 'axes'),
  },
  { ops: ['Split'], since: 13, convert: (node, context) => intsToInput(node, context, 'split') },
  { ops: ['Softmax', 'LogSoftmax', 'Hardmax'], since: 13, convert: convertSoftmax },
  {
    ops: ['Dropout'],
    since: 12,
    convert: (node) =>
      node.attributes.length === 0
        ? same(node)
        : {
            node: {
              ...node,
              op: 'Identity',
              inputs: node.inputs.slice(0, 1),
              outputs: node.outputs.slice(0, 1),
              attributes: [],
            },
            constants: [],
          },
  },
  {
    ops: ['BatchNormalization'],
    since: 14,
    convert: (node) => (node.outputs.length > 1 ? 'it is in training form, with several outputs' : same(node)),
  },
  {
    ops: ['RoiAlign'],
    since: 16,
    convert: (node) =>
      same(
        node.attributes.some((one) => one.name === 'coordinate_transformation_mode')
          ? node
          : withAttribute(node, halfPixelOutput),
      ),
  },
  {
    ops: [
      'ReduceMax',
      'ReduceMin',
      'ReduceMean',
      'ReduceProd',
      'ReduceL1',
      'ReduceL2',
      'ReduceLogSum',
      'ReduceLogSumExp',
      'ReduceSumSquare',
    ],
    since: 18,
    convert: (node, context) => intsToInput(node, context, 'axes'),
  },
  {
    ops: ['Split'],
    since: 18,
    convert: (node) =>
      same(node.inputs.length > 1 ? node : withAttribute(node, makeInt('num_outputs', node.outputs.length))),
  },
];

const halfPixelOutput = {
  name: 'coordinate_transformation_mode',
  type: 3,
  s: Buffer.from('output_half_pixel'),
} as const;

function same(node: OnnxNode): Converted {
  return { node, constants: [] };
}

/** An attribute of integers becomes the second input. */
function intsToInput(node: OnnxNode, context: ConversionContext, name: string): Converted {
  const values = intsAttribute(node, name);
  if (values === null) return same(node);
  const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  const constant = makeTensor(
    { name: context.freshName(`${node.outputs[0]}_${name}`), dtype: 'int64', shape: [values.length] },
    bytes,
  );
  const attributes = node.attributes.filter((attribute) => attribute.name !== name);
  return { node: { ...node, attributes, inputs: [node.inputs[0] ?? '', constant.name] }, constants: [constant] };
}

/** Before opset 13 Softmax runs over all dimensions from `axis` (default 1) on; from 13 over `axis` (default −1) alone. */
function convertSoftmax(node: OnnxNode, context: ConversionContext): Converted {
  const axis = intAttribute(node, 'axis', 1);
  const rank = context.rank(node.inputs[0] ?? '');
  if (axis !== -1 && axis !== (rank ?? 0) - 1) return `it normalizes over several dimensions at once (axis ${axis})`;
  return same(withAttribute(node, makeInt('axis', -1)));
}

import { findAttribute, intAttribute, intsAttribute } from '../../formats/onnx/attribute.ts';
import type { OnnxGraph, OnnxNode } from '../../formats/onnx/model.ts';

/** The number of dimensions of a tensor, as far as the graph tells without being run. */
export type TensorRanks = ReadonlyMap<string, number>;

/** One walk over the nodes, which come in an order in which every tensor is made before it is used. */
export function tensorRanks(graph: OnnxGraph): TensorRanks {
  const ranks = new Map<string, number>();
  const elements = new Map<string, number>();
  for (const { name, shape } of [...graph.inputs, ...graph.valueInfo]) if (shape) ranks.set(name, shape.length);
  for (const { name, shape } of graph.initializers) {
    ranks.set(name, shape.length);
    elements.set(name, shape[0] ?? 1);
  }
  for (const node of graph.nodes) {
    if (node.op === 'Constant') noteConstant(node, { ranks, elements });
    const length = lengths[node.op]?.(node, { ranks, elements });
    if (length !== undefined) elements.set(node.outputs[0] ?? '', length);
    const rank = (rules[node.op] ?? widest)(node, { ranks, elements });
    if (rank === undefined) continue;
    for (const output of node.outputs) if (!ranks.has(output)) ranks.set(output, rank);
  }
  return ranks;
}

type Known = {
  readonly ranks: Map<string, number>;
  /** How many elements a constant vector has: dimensions of a shape, axes. */
  readonly elements: Map<string, number>;
};
type Rule = (node: OnnxNode, known: Known) => number | undefined;

/** What is elementwise, normalizes, pools or convolves keeps the dimensions of the widest of its inputs. */
const widest: Rule = ({ inputs }, { ranks }) => {
  if (ranks.get(inputs[0] ?? '') === undefined) return undefined;
  return Math.max(...inputs.map((input) => ranks.get(input) ?? 0));
};

const first = ({ inputs }: OnnxNode, { ranks }: Known) => ranks.get(inputs[0] ?? '');
const unknown: Rule = () => undefined;
const always =
  (rank: number): Rule =>
  () =>
    rank;

/** By an attribute until opset 12, by an input since. */
function axesOf(node: OnnxNode, { elements }: Known): number | undefined {
  return intsAttribute(node, 'axes')?.length ?? elements.get(node.inputs[1] ?? '');
}

const changed =
  (sign: 1 | -1): Rule =>
  (node, known) => {
    const [rank, axes] = [first(node, known), axesOf(node, known)];
    return rank === undefined || axes === undefined ? undefined : rank + sign * axes;
  };

const reduced: Rule = (node, known) => {
  return intAttribute(node, 'keepdims', 1) === 1 ? first(node, known) : changed(-1)(node, known);
};

const rules: Readonly<Record<string, Rule>> = {
  Constant: unknown,
  ConstantOfShape: unknown,
  Expand: unknown,
  If: unknown,
  Loop: unknown,
  Scan: unknown,
  Flatten: always(2),
  Gemm: always(2),
  Shape: always(1),
  LSTM: always(4),
  GRU: always(4),
  RNN: always(4),
  Reshape: ({ inputs }, { elements }) => elements.get(inputs[1] ?? ''),
  Unsqueeze: changed(1),
  Squeeze: changed(-1),
  Slice: first,
  Pad: first,
  Resize: first,
  Tile: first,
  Split: first,
  ReduceMean: reduced,
  ReduceSum: reduced,
  ReduceMax: reduced,
  Gather: ({ inputs }, { ranks }) => {
    const [data, indices] = inputs.map((input) => ranks.get(input));
    return data === undefined || indices === undefined ? undefined : data - 1 + indices;
  },
};

/** Of vectors that shapes are put together from. */
const lengths: Readonly<Record<string, Rule>> = {
  Shape: first,
  Unsqueeze: (node, known) => (first(node, known) === 0 ? 1 : undefined),
  Concat: ({ inputs }, { elements }) => {
    const parts = inputs.map((input) => elements.get(input) ?? Number.NaN);
    const sum = parts.reduce((total, part) => total + part, 0);
    return Number.isNaN(sum) ? undefined : sum;
  },
};

function noteConstant(node: OnnxNode, { ranks, elements }: Known): void {
  const dims = findAttribute(node, 'value')?.t?.dims;
  const [output] = node.outputs;
  if (!dims || output === undefined) return;
  ranks.set(output, dims.length);
  elements.set(output, Number(dims[0] ?? 1));
}

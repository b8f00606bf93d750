import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { hasConstantInput } from '../constant-input.ts';
import { findPath } from '../find-path.ts';
import { copyOps } from '../op-types.ts';
import type { GraphView } from '../view.ts';
import type { FloatEdge } from './float-edge.ts';
import type { Partition, Partitions } from './partitions.ts';

/**
 * Heads of pointwise partitions that read what a quantized kernel makes, and the inputs of such Adds that come from
 * elsewhere and stay float. Source: `filter_quantizable_kgen_heads`, modelopt/onnx/quantization/graph_utils.py.
 */
export function quantizedPointwiseHeads(
  view: GraphView,
  partitions: Partitions,
  quantizable: ReadonlySet<string>,
): { nodes: readonly OnnxNode[]; floatEdges: readonly FloatEdge[] } {
  const linearNodes = namesIn(partitions.linear);
  const linearHeads = partitions.linear.map(([head]) => head.name);
  const nodes: OnnxNode[] = [];
  const floatEdges: FloatEdge[] = [];
  for (const [head] of partitions.pointwise) {
    if (!quantizable.has(head.op) || hasConstantInput(view, head)) continue;
    const floatInputs: FloatEdge[] = [];
    let reads = false;
    for (const source of view.parents(head)) {
      const edge = { source, target: head, tensor: source.outputs[0] ?? '' };
      if (followsPartition(view, source, linearNodes) || makesQuantizable.has(source.op)) {
        if (isAttentionMask(view, head)) floatInputs.push(edge);
        else {
          nodes.push(head);
          reads = true;
        }
      } else if (!hasOtherReader(view, edge, [...linearHeads, ...nodes.map((node) => node.name)]))
        floatInputs.push(edge);
    }
    if (head.op === 'Add' && reads) floatEdges.push(...floatInputs);
  }
  return { nodes, floatEdges };
}

/** LayerNormalization nodes that read what a linear partition makes: quantizing between them gives int8 kernels. */
export function normalizationsAfter(view: GraphView, linear: readonly Partition[]): readonly OnnxNode[] {
  const linearNodes = namesIn(linear);
  return view.nodes.filter((node) => {
    const source = node.op === 'LayerNormalization' ? view.producer(node.inputs[0] ?? '') : undefined;
    return source !== undefined && followsPartition(view, source, linearNodes);
  });
}

const makesQuantizable: ReadonlySet<string> = new Set([
  'AveragePool',
  'BatchNormalization',
  'GlobalAveragePool',
  'MaxPool',
  'Mul',
]);
const maxCopies = 10;
const reshapes: ReadonlySet<string> = new Set(['Flatten', 'Reshape']);

function namesIn(partitions: readonly Partition[]): ReadonlySet<string> {
  return new Set(partitions.flat().map((node) => node.name));
}

/** In a partition, or after one through copies whose every input is. */
function followsPartition(view: GraphView, node: OnnxNode, names: ReadonlySet<string>, copies = maxCopies): boolean {
  if (names.has(node.name)) return true;
  if (copies === 0 || !copyOps.has(node.op)) return false;
  const parents = view.parents(node);
  return parents.length > 0 && parents.every((parent) => followsPartition(view, parent, names, copies - 1));
}

/** The Add that puts a mask on attention scores, before their Softmax. */
function isAttentionMask(view: GraphView, head: OnnxNode): boolean {
  if (head.op !== 'Add') return false;
  const query = { ops: ['Softmax', 'MatMul'], direction: 'forward', wildcards: reshapes } as const;
  return view.children(head).some((child) => findPath(view, child, query) !== null);
}

/** Whether a quantized head other than this entry of the list reads the tensor; one entry of the head's own counts as itself. */
function hasOtherReader(view: GraphView, edge: FloatEdge, heads: readonly string[]): boolean {
  const own = heads.indexOf(edge.target.name);
  const others = new Set(heads.filter((_, index) => index !== own));
  return view.consumers(edge.tensor).some((consumer) => others.has(consumer.name));
}

import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { hasConstantInput } from '../constant-input.ts';
import { pathFinder } from '../find-path.ts';
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
  const follows = partitionFollowers(view, partitions.linear);
  const isMask = maskFinder(view);
  const heads = new Map<string, number>();
  const count = ({ name }: OnnxNode) => heads.set(name, (heads.get(name) ?? 0) + 1);
  for (const [head] of partitions.linear) count(head);
  const nodes: OnnxNode[] = [];
  const floatEdges: FloatEdge[] = [];
  for (const [head] of partitions.pointwise) {
    if (!quantizable.has(head.op) || hasConstantInput(view, head)) continue;
    const floatInputs: FloatEdge[] = [];
    let reads = false;
    for (const source of view.parents(head)) {
      const edge = { source, target: head, tensor: source.outputs[0] ?? '' };
      if (follows(source) || makesQuantizable.has(source.op)) {
        if (isMask(head)) floatInputs.push(edge);
        else {
          nodes.push(head);
          count(head);
          reads = true;
        }
      } else if (!hasOtherReader(view, edge, heads)) floatInputs.push(edge);
    }
    if (head.op === 'Add' && reads) floatEdges.push(...floatInputs);
  }
  return { nodes, floatEdges };
}

/** LayerNormalization nodes that read what a linear partition makes: quantizing between them gives int8 kernels. */
export function normalizationsAfter(view: GraphView, linear: readonly Partition[]): readonly OnnxNode[] {
  const follows = partitionFollowers(view, linear);
  return view.nodes.filter((node) => {
    const source = node.op === 'LayerNormalization' ? view.producer(node.inputs[0] ?? '') : undefined;
    return source !== undefined && follows(source);
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

/** Tells whether a node is in a partition, or after one through copies whose every input is. */
function partitionFollowers(view: GraphView, partitions: readonly Partition[]): (node: OnnxNode) => boolean {
  const names = new Set(partitions.flat().map((node) => node.name));
  const known = Array.from({ length: maxCopies + 1 }, () => new Map<OnnxNode, boolean>());
  const follows = (node: OnnxNode, copies: number): boolean => {
    if (names.has(node.name)) return true;
    if (copies === 0 || !copyOps.has(node.op)) return false;
    const answer =
      known[copies]?.get(node) ??
      (view.parents(node).length > 0 && view.parents(node).every((parent) => follows(parent, copies - 1)));
    known[copies]?.set(node, answer);
    return answer;
  };
  return (node) => follows(node, maxCopies);
}

/** Tells the Add that puts a mask on attention scores, before their Softmax. */
function maskFinder(view: GraphView): (head: OnnxNode) => boolean {
  const find = pathFinder(view, { ops: ['Softmax', 'MatMul'], direction: 'forward', wildcards: reshapes });
  return (head) => head.op === 'Add' && view.children(head).some((child) => find(child) !== null);
}

/** Whether a quantized head other than this entry of the list reads the tensor; one entry of the head's own counts as itself. */
function hasOtherReader(view: GraphView, edge: FloatEdge, heads: ReadonlyMap<string, number>): boolean {
  return view.consumers(edge.tensor).some(({ name }) => (heads.get(name) ?? 0) > (name === edge.target.name ? 1 : 0));
}

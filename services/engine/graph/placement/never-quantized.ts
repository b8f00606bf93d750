import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { pathFinder } from '../find-path.ts';
import type { GraphView } from '../view.ts';

const none: ReadonlySet<string> = new Set();
const casts: ReadonlySet<string> = new Set(['Cast']);

/** Chains that TensorRT runs as one kernel in floating point: GELU, layer normalization, attention with a mask. */
const chains = [
  { ops: ['Div', 'Erf', 'Add', 'Mul', 'Mul'], wildcards: none },
  { ops: ['ReduceMean', 'Sub', 'Pow', 'ReduceMean', 'Add', 'Sqrt', 'Div', 'Mul', 'Add'], wildcards: casts },
  { ops: ['ReduceMean', 'Sub', 'Pow', 'ReduceMean', 'Add', 'Sqrt', 'Div'], wildcards: casts },
  { ops: ['MatMul', 'NonBiasAdd', 'Softmax', 'MatMul'], wildcards: none },
] as const;

/**
 * Names of nodes that no partition may take in. Source: `find_non_quantizable_partitions_from_patterns`,
 * modelopt/onnx/quantization/partitioning.py.
 */
export function neverQuantized(view: GraphView): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (nodes: readonly OnnxNode[]) => {
    for (const node of nodes) names.add(node.name);
  };
  const finders = chains.map((chain) => ({
    first: chain.ops[0],
    find: pathFinder(view, { ...chain, direction: 'forward' }),
  }));
  for (const node of view.nodes) {
    if (node.op === 'LayerNormalization') add([node]);
    for (const { first, find } of finders) if (node.op === first) add(find(node) ?? []);
  }
  return names;
}

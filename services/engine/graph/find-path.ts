import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { hasConstantInput } from './constant-input.ts';
import type { GraphView } from './view.ts';

/**
 * A chain of operators to look for. `BiasAdd` is an Add and `ConstMul` a Mul with a constant operand; both may be
 * missing. `NonBiasAdd` is an Add without one. Nodes of a `wildcards` type are passed over.
 */
export type PathQuery = {
  readonly ops: readonly string[];
  readonly direction: 'forward' | 'backward';
  readonly wildcards: ReadonlySet<string>;
};

/**
 * The nodes that match, from `start` on, or null. Where the path branches any branch may match. Source:
 * `has_path_type`, modelopt/onnx/quantization/graph_utils.py; what is found for a node and a rest of the chain is
 * kept, so that a graph with 2^n paths costs n steps.
 */
export function findPath(view: GraphView, start: OnnxNode, query: PathQuery): readonly OnnxNode[] | null {
  const known = new Map<OnnxNode, Map<number, readonly OnnxNode[] | null>>();
  const { ops, wildcards, direction } = query;

  const find = (node: OnnxNode, from: number): readonly OnnxNode[] | null => {
    if (from === ops.length) return [];
    const answers = known.get(node) ?? new Map<number, readonly OnnxNode[] | null>();
    known.set(node, answers);
    const answer = answers.get(from);
    if (answer !== undefined) return answer;
    const found = search(node, from);
    answers.set(from, found);
    return found;
  };

  const search = (node: OnnxNode, from: number): readonly OnnxNode[] | null => {
    const wanted = ops[from] ?? '';
    const kind = kindOf(view, node);
    const matches = wanted === 'NonBiasAdd' ? kind === 'Add' : kind === wanted || node.op === wanted;
    const passes = wildcards.has(kind);
    const optional = optionalOps.has(wanted);
    if (!matches && !passes && !optional) return null;
    const next = matches || optional ? from + 1 : from;
    if (!matches && !passes) return find(node, next);
    const here = matches ? [node] : [];
    for (const neighbour of direction === 'forward' ? view.children(node) : view.parents(node)) {
      const rest = find(neighbour, next);
      if (rest) return [...here, ...rest];
    }
    return next === ops.length ? here : null;
  };

  return find(start, 0);
}

const optionalOps: ReadonlySet<string> = new Set(['BiasAdd', 'ConstMul']);

function kindOf(view: GraphView, node: OnnxNode): string {
  if (node.op === 'Add' && hasConstantInput(view, node)) return 'BiasAdd';
  if (node.op === 'Mul' && hasConstantInput(view, node)) return 'ConstMul';
  return node.op;
}

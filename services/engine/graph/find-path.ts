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

type Path = readonly OnnxNode[] | null;

/** Looking for the rest of the chain, from `from` on, at `node`. */
type Place = { readonly node: OnnxNode; readonly from: number };

type Frame = Place & {
  /** What the node itself contributes. */
  readonly here: readonly OnnxNode[];
  /** Where the rest may be, in order. */
  readonly onward: readonly Place[];
  /** The answer if it is at none of them. */
  readonly otherwise: Path;
  next: number;
};

/**
 * The nodes that match, from a start on, or null. Where the path branches any branch may match. Source:
 * `has_path_type`, modelopt/onnx/quantization/graph_utils.py. What is found for a node and a rest of the chain is kept
 * for all starts, so that a graph with 2^n paths costs n steps, and the walk keeps its own stack, so that any depth will do.
 */
export function pathFinder(view: GraphView, query: PathQuery): (start: OnnxNode) => Path {
  const end = query.ops.length;
  const known = Array.from({ length: end }, () => new Map<OnnxNode, Path>());
  const answerAt = ({ node, from }: Place): Path | undefined => (from === end ? [] : known[from]?.get(node));
  return (start) => {
    const answer = answerAt({ node: start, from: 0 });
    if (answer !== undefined) return answer;
    const stack = [look(view, { node: start, from: 0 }, query)];
    for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
      const place = frame.onward[frame.next];
      const rest = place ? answerAt(place) : null;
      if (place && rest === undefined) {
        stack.push(look(view, place, query));
      } else if (place && rest === null) {
        frame.next += 1;
      } else {
        known[frame.from]?.set(frame.node, rest ? [...frame.here, ...rest] : frame.otherwise);
        stack.pop();
      }
    }
    return answerAt({ node: start, from: 0 }) ?? null;
  };
}

/** `pathFinder` for one start. */
export function findPath(view: GraphView, start: OnnxNode, query: PathQuery): Path {
  return pathFinder(view, query)(start);
}

/** What one node has to do with the chain: it matches, is passed over, or stands where an optional step is missing. */
function look(view: GraphView, { node, from }: Place, { ops, wildcards, direction }: PathQuery): Frame {
  const wanted = ops[from] ?? '';
  const kind = kindOf(view, node);
  const matches = wanted === 'NonBiasAdd' ? kind === 'Add' : kind === wanted || node.op === wanted;
  const passes = wildcards.has(kind);
  const optional = optionalOps.has(wanted);
  const frame = { node, from, here: matches ? [node] : [], onward: [], otherwise: null, next: 0 };
  if (!matches && !passes) return optional ? { ...frame, onward: [{ node, from: from + 1 }] } : frame;
  const next = matches || optional ? from + 1 : from;
  const neighbours = direction === 'forward' ? view.children(node) : view.parents(node);
  return {
    ...frame,
    onward: neighbours.map((neighbour) => ({ node: neighbour, from: next })),
    otherwise: next === ops.length ? frame.here : null,
  };
}

const optionalOps: ReadonlySet<string> = new Set(['BiasAdd', 'ConstMul']);

function kindOf(view: GraphView, node: OnnxNode): string {
  if (node.op === 'Add' && hasConstantInput(view, node)) return 'BiasAdd';
  if (node.op === 'Mul' && hasConstantInput(view, node)) return 'ConstMul';
  return node.op;
}

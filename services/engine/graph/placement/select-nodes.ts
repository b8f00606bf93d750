import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { hasConstantInput } from '../constant-input.ts';
import { copyOps, pointwiseOps, poolingOps } from '../op-types.ts';
import type { GraphView } from '../view.ts';
import type { FloatEdge } from './float-edge.ts';
import { backboneFinder } from './fusible-backbone.ts';
import { neverQuantized } from './never-quantized.ts';
import { inputsOfExcluded, partitionInputs } from './partition-inputs.ts';
import { findPartitions } from './partitions.ts';
import { normalizationsAfter, quantizedPointwiseHeads } from './pointwise-heads.ts';
import { convolutionBranches } from './residual-inputs.ts';

export type Selection = {
  /** Names of the nodes whose inputs get Q/DQ. */
  readonly nodes: ReadonlySet<string>;
  /** Edges whose Q/DQ is taken back afterwards, in the order in which that happens. */
  readonly floatEdges: readonly FloatEdge[];
};

/**
 * Which nodes ModelOpt quantizes: those where TensorRT then has a kernel without extra conversions. `excluded` are
 * names that other rules took out, `quantizable` the operators of the mode; a node of another type may be among the
 * selected, and then only keeps its place beside quantized ones. Source: `_find_nodes_to_quantize`, modelopt/onnx/quantization/int8.py
 * (Apache-2.0), version 0.47.0.
 */
export function selectNodes(
  view: GraphView,
  { excluded, quantizable }: { readonly excluded: ReadonlySet<string>; readonly quantizable: ReadonlySet<string> },
): Selection {
  const taken = new Set([...neverQuantized(view), ...excluded]);
  const backboneOf = backboneFinder(view);
  const branches = convolutionBranches(view, backboneOf);
  const partitions = findPartitions(view, { taken, branches, backboneOf });
  const inputs = partitionInputs(view, partitions.linear);
  const partly = [...inputs.floatEdges, ...inputsOfExcluded(view, excluded)];
  const heads = quantizedPointwiseHeads(view, partitions, quantizable);
  const chosen = [
    ...heads.nodes,
    ...inputs.nodes,
    ...normalizationsAfter(view, partitions.linear),
    ...partly.map((edge) => edge.target),
  ];
  const names = new Set(
    [...chosen, ...otherNodes(view, { chosen, taken: partitions.taken, quantizable })].map((node) => node.name),
  );

  const kept = outputsKept(view, new Set(partly.map((edge) => edge.target.name)));
  return {
    nodes: new Set([...names].filter((name) => !kept.has(name) && !excluded.has(name))),
    floatEdges: [...partly, ...heads.floatEdges],
  };
}

/** Quantizable nodes in no partition; of pooling only what stands beside a quantized node. Source: `find_quantizable_nodes`. */
function otherNodes(
  view: GraphView,
  found: { chosen: readonly OnnxNode[]; taken: ReadonlySet<string>; quantizable: ReadonlySet<string> },
): readonly OnnxNode[] {
  const free = view.nodes.filter((node) => found.quantizable.has(node.op) && !found.taken.has(node.name));
  const pools = free.filter((node) => poolingOps.has(node.op));
  const others = free.filter(
    (node) => !poolingOps.has(node.op) && !(pointwiseOps.has(node.op) && hasConstantInput(view, node)),
  );
  const quantized = new Set([...found.chosen, ...others].map((node) => node.name));
  const through = new Set([...copyOps, 'Cast']);
  return [
    ...others,
    ...pools.filter(
      (pool) =>
        reaches({ from: pool, next: view.children, through: copyOps, names: quantized }) ||
        reaches({ from: pool, next: view.parents, through, names: quantized }),
    ),
  ];
}

/** Whether a neighbour is one of `names`, or one is reached over nodes of the `through` types. */
function reaches(walk: {
  from: OnnxNode;
  next: (node: OnnxNode) => readonly OnnxNode[];
  through: ReadonlySet<string>;
  names: ReadonlySet<string>;
}): boolean {
  const seen = new Set<OnnxNode>();
  const stack = [...walk.next(walk.from)];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (walk.names.has(node.name)) return true;
    if (seen.has(node) || !walk.through.has(node.op)) continue;
    seen.add(node);
    for (const neighbour of walk.next(node)) stack.push(neighbour);
  }
  return false;
}

/** Nodes that make a graph output stay as they are, unless they are weighted or quantized in part. */
function outputsKept(view: GraphView, partly: ReadonlySet<string>): ReadonlySet<string> {
  const makers = view.nodes.filter((node) => node.outputs.some((tensor) => view.outputs.has(tensor)));
  return new Set(makers.map((node) => (weightedOutputs.has(node.op) || partly.has(node.name) ? '' : node.name)));
}

const weightedOutputs: ReadonlySet<string> = new Set(['Conv', 'Gemm', 'MatMul']);

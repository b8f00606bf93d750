import type { GraphView } from '../view.ts';

/**
 * Groups of tensors that share a scale because a Concat joins them, so that TensorRT need not rescale: its output, if
 * a selected node reads it, with those of its inputs that a selected node reads too. Groups that meet are one.
 * Source: `get_concat_eliminated_tensors`, modelopt/onnx/quantization/graph_utils.py.
 */
export function concatGroups(view: GraphView, selected: ReadonlySet<string>): readonly ReadonlySet<string>[] {
  const isRead = (tensor: string) => view.consumers(tensor).some((node) => selected.has(node.name));
  const groupOf = new Map<string, Set<string>>();
  const join = (a: string, b: string) => {
    const [one, other] = [groupWith(groupOf, a), groupWith(groupOf, b)];
    if (one === other) return;
    // The smaller one moves, so that a long chain of Concats stays cheap.
    const [large, small] = one.size >= other.size ? [one, other] : [other, one];
    for (const tensor of small) groupOf.set(tensor, large.add(tensor));
  };
  for (const node of view.nodes) {
    const output = node.outputs[0] ?? '';
    if (node.op !== 'Concat' || !isRead(output)) continue;
    for (const input of node.inputs.filter(isRead)) join(output, input);
  }
  return [...new Set(groupOf.values())];
}

function groupWith(groupOf: Map<string, Set<string>>, tensor: string): Set<string> {
  const group = groupOf.get(tensor) ?? new Set([tensor]);
  groupOf.set(tensor, group);
  return group;
}

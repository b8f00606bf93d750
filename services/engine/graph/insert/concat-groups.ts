import type { GraphView } from '../view.ts';

/**
 * Groups of tensors that share a scale because a Concat joins them, so that TensorRT need not rescale: its output, if
 * a selected node reads it, with those of its inputs that a selected node reads too. Groups that meet are one.
 * Source: `get_concat_eliminated_tensors`, modelopt/onnx/quantization/graph_utils.py.
 */
export function concatGroups(view: GraphView, selected: ReadonlySet<string>): readonly ReadonlySet<string>[] {
  const isRead = (tensor: string) => view.consumers(tensor).some((node) => selected.has(node.name));
  const groups: Set<string>[] = [];
  for (const node of view.nodes) {
    const output = node.outputs[0] ?? '';
    if (node.op !== 'Concat' || !isRead(output)) continue;
    const inputs = node.inputs.filter(isRead);
    if (inputs.length === 0) continue;
    const joined = new Set([...inputs, output]);
    for (const group of groups.filter((one) => [...one].some((tensor) => joined.has(tensor)))) {
      groups.splice(groups.indexOf(group), 1);
      for (const tensor of group) joined.add(tensor);
    }
    groups.push(joined);
  }
  return groups;
}

import type { OnnxGraph } from '#engine/formats/onnx/model.ts';
import { tensorsRead } from '#engine/formats/onnx/sort-nodes.ts';

/** How often each tensor is read, also by subgraphs, and as an output. */
export function countReads(graph: OnnxGraph): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const read = [...graph.nodes.flatMap(tensorsRead), ...graph.outputs.map(({ name }) => name)];
  for (const tensor of read) counts.set(tensor, (counts.get(tensor) ?? 0) + 1);
  return counts;
}

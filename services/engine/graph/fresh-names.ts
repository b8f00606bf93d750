import { subgraphs } from '#engine/formats/onnx/attribute.ts';
import { decodeGraph } from '#engine/formats/onnx/decode.ts';
import type { OnnxGraph } from '#engine/formats/onnx/model.ts';

/** Gives the wished name, or the first of `wish_1`, `wish_2` … that no tensor of the graph has; never the same twice. */
export function freshNames(graph: OnnxGraph): (wish: string) => string {
  const taken = new Set(namesOf(graph));
  // Where the search for a wish goes on: hundreds of readers may want names of one constant.
  const suffixes = new Map<string, number>();
  return (wish) => {
    let name = wish;
    let suffix = suffixes.get(wish) ?? 1;
    for (; taken.has(name); suffix += 1) name = `${wish}_${suffix}`;
    suffixes.set(wish, suffix);
    taken.add(name);
    return name;
  };
}

/** Of all tensors, those of subgraphs too: ONNX has no name twice, and what stands around a subgraph is seen in it. */
function namesOf(graph: OnnxGraph): readonly string[] {
  return [
    ...[...graph.inputs, ...graph.outputs, ...graph.initializers].map(({ name }) => name),
    ...graph.nodes.flatMap((node) => [
      ...node.inputs,
      ...node.outputs,
      ...subgraphs(node).flatMap((inner) => namesOf(decodeGraph(inner))),
    ]),
  ];
}

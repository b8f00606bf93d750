import type { OnnxGraph } from '#engine/formats/onnx/model.ts';

/** Gives the wished name, or the first of `wish_1`, `wish_2` … that nothing in the graph has; never the same twice. */
export function freshNames(graph: OnnxGraph): (wish: string) => string {
  const taken = new Set([
    ...graph.initializers.map(({ name }) => name),
    ...[...graph.inputs, ...graph.outputs].map(({ name }) => name),
    ...graph.nodes.flatMap((node) => [...node.inputs, ...node.outputs]),
  ]);
  return (wish) => {
    let name = wish;
    for (let suffix = 1; taken.has(name); suffix += 1) name = `${wish}_${suffix}`;
    taken.add(name);
    return name;
  };
}

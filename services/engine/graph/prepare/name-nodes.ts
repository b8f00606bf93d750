import type { OnnxModel } from '#engine/formats/onnx/model.ts';

/**
 * Every node gets a name, since patterns and exclusions speak of names. `Conv_3`: one counter for the whole graph,
 * from the number of distinct names there are (no name counts as one), increased when a name is taken.
 * Source: `name_onnx_nodes`, modelopt/onnx/utils.py.
 */
export function nameNodes(model: OnnxModel): OnnxModel {
  const { nodes } = model.graph;
  if (nodes.every((node) => node.name !== '')) return model;
  const taken = new Set(nodes.map((node) => node.name));
  let counter = taken.size;
  const named = nodes.map((node) => {
    if (node.name !== '') return node;
    while (taken.has(`${node.op}_${counter}`)) counter += 1;
    const name = `${node.op}_${counter}`;
    taken.add(name);
    return { ...node, name };
  });
  return { ...model, graph: { ...model.graph, nodes: named } };
}

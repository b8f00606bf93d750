import { elementCount } from '#engine/formats/element-count.ts';
import { subgraphs } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { resultSize } from './result-size.ts';

/** Computes the outputs of a model that has no inputs. */
export type Evaluate = (model: OnnxModel) => Promise<ReadonlyMap<string, OnnxTensor>>;

/** Enough for every table of positions and mask; more would make the file larger than the nodes that compute it. */
export const mostElements = 1 << 22;

/**
 * Nodes whose inputs are all constants become constants, one layer of them, as long as they make no more than `room`
 * elements altogether; the same model if there are none.
 */
export async function foldConstants(model: OnnxModel, evaluate: Evaluate, room: number): Promise<OnnxModel> {
  const { graph } = model;
  const constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  let left = room;
  const folded = graph.nodes.filter((node) => {
    if (node.outputs.some((name) => outputs.has(name))) return false;
    const size = foldedSize(node, constants);
    if (size === null || size > left) return false;
    left -= size;
    return true;
  });
  if (folded.length === 0) return model;
  const values = await evaluate(alone(model, folded, constants));
  const gone = new Set(folded.filter((node) => node.outputs.every((name) => name === '' || values.has(name))));
  if (gone.size === 0) return model;
  const made = [...gone].flatMap((node) => node.outputs.flatMap((name) => values.get(name) ?? []));
  return {
    ...model,
    graph: {
      ...graph,
      nodes: graph.nodes.filter((node) => !gone.has(node)),
      initializers: [...graph.initializers, ...made],
    },
  };
}

/** How many elements the node makes of constants; null if it reads something else, or makes too many. */
function foldedSize(node: OnnxNode, constants: ReadonlyMap<string, OnnxTensor>): number | null {
  const names = node.inputs.filter((name) => name !== '');
  const inputs = names.flatMap((name) => constants.get(name) ?? []);
  if (inputs.length === 0 || inputs.length < names.length || subgraphs(node).length > 0) return null;
  const size = resultSize(node, inputs);
  const read = inputs.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return size !== null && size <= Math.max(mostElements, read) ? size : null;
}

/** The nodes as a model of their own, with what they read and nothing else. */
function alone(model: OnnxModel, nodes: readonly OnnxNode[], constants: ReadonlyMap<string, OnnxTensor>): OnnxModel {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const outputs = nodes.flatMap((node) => node.outputs.filter((name) => name !== ''));
  return {
    ...model,
    graph: {
      name: 'constants',
      nodes,
      initializers: [...read].flatMap((name) => constants.get(name) ?? []),
      inputs: [],
      outputs: outputs.map((name) => ({ name, dtype: null, shape: null, proto: { name } })),
      valueInfo: [],
      rest: {},
    },
  };
}

import { findAttribute } from '#engine/formats/onnx/attribute.ts';
import { type OnnxModel, type OnnxNode, type OnnxTensor, standardOpset } from '#engine/formats/onnx/model.ts';
import { freshNames } from './fresh-names.ts';
import { stepwiseLayer } from './stepwise-layer.ts';

/** What one direction of a recurrent layer is called with. */
export type StepInputs = {
  readonly node: number;
  readonly direction: 'forward' | 'reverse';
  /** x, the h before, and of an LSTM the c before: [steps, …] each, in the order in which the direction takes the steps. */
  readonly tensors: readonly string[];
};

/**
 * The graph with what its LSTM, GRU and RNN nodes (by index) are called with at each step, the first state included and
 * the last not: ONNX shows h after each step and c after the last alone. Each direction is computed once more, step by
 * step in a Scan behind the node. Lengths of sequences are passed over: every step counts.
 */
export function withRecurrentStates(
  model: OnnxModel,
  nodes: readonly number[],
): { readonly model: OnnxModel; readonly inputs: readonly StepInputs[] } {
  const context = { freshName: freshNames(model.graph), opset: standardOpset(model) };
  const behind = new Map<number, readonly OnnxNode[]>();
  const constants: OnnxTensor[] = [];
  const inputs: StepInputs[] = [];
  for (const index of new Set(nodes)) {
    const node = model.graph.nodes[index];
    if (!node) throw new Error(`the graph has no node ${index}`);
    const layers = directionsOf(node).map((direction, place, { length }) => {
      const layer = stepwiseLayer(node, { direction, place, directions: length }, context);
      inputs.push({ node: index, direction, tensors: layer.tensors });
      constants.push(...layer.constants);
      return layer.nodes;
    });
    behind.set(index, layers.flat());
  }
  const { graph } = model;
  const withLayers = graph.nodes.flatMap((node, index) => [node, ...(behind.get(index) ?? [])]);
  const followed = { ...graph, nodes: withLayers, initializers: [...graph.initializers, ...constants] };
  return { model: { ...model, graph: followed }, inputs };
}

function directionsOf(node: OnnxNode): readonly StepInputs['direction'][] {
  const said = new TextDecoder().decode(findAttribute(node, 'direction')?.s ?? new Uint8Array());
  if (said === 'bidirectional') return ['forward', 'reverse'];
  return said === 'reverse' ? ['reverse'] : ['forward'];
}

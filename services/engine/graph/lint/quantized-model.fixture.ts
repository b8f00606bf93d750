import type { OnnxModel, OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { insertQdq } from '../insert/insert-qdq.ts';
import { smallModel } from '../small-graph.fixture.ts';

const channels = 16;

/**
 * x → Conv a → Relu → Conv b → Add with the Relu’s output → Flatten → Gemm, quantized as it should be: weights along
 * their output channels, activations per tensor, the Add’s skip input alone.
 */
export function quantizedModel(): OnnxModel {
  const model = smallModel({
    inputs: { x: [1, channels, 4, 4] },
    weights: {
      wa: [channels, channels, 3, 3],
      wb: [channels, channels, 3, 3],
      ba: [channels],
      wg: [channels * 16, 32],
    },
    nodes: [
      { op: 'Conv', name: 'conv_a', in: ['x', 'wa', 'ba'], out: 'a' },
      { op: 'Relu', name: 'relu', in: ['a'], out: 'r' },
      { op: 'Conv', name: 'conv_b', in: ['r', 'wb'], out: 'b' },
      { op: 'Add', name: 'add', in: ['b', 'r'], out: 's' },
      { op: 'Flatten', name: 'flatten', in: ['s'], out: 'f' },
      { op: 'Gemm', name: 'gemm', in: ['f', 'wg'], out: 'y' },
    ],
    outputs: ['y'],
  });
  const activation = (tensor: string) => ({
    tensor,
    scales: Float32Array.of(0.03),
    axis: null,
    dtype: 'float32' as const,
  });
  const weight = (tensor: string, count: number, axis: number) => ({
    tensor,
    scales: new Float32Array(count).fill(0.02),
    axis,
    dtype: 'float32' as const,
  });
  const graph = insertQdq(model.graph, [
    activation('x'),
    activation('r'),
    activation('f'),
    weight('wa', channels, 0),
    weight('wb', channels, 0),
    weight('wg', 32, 1),
  ]);
  return { ...model, graph };
}

export function withNodes(model: OnnxModel, change: (node: OnnxNode) => OnnxNode | readonly OnnxNode[]): OnnxModel {
  return { ...model, graph: { ...model.graph, nodes: model.graph.nodes.flatMap(change) } };
}

/** The node of that name changed. */
export function withNode(model: OnnxModel, name: string, change: (node: OnnxNode) => OnnxNode): OnnxModel {
  return withNodes(model, (node) => (node.name === name ? change(node) : node));
}

/** Without the node: who read its output reads its first input. */
export function withoutNode(model: OnnxModel, name: string): OnnxModel {
  const gone = model.graph.nodes.find((node) => node.name === name);
  const [from = '', to = ''] = [gone?.outputs[0], gone?.inputs[0]];
  return withNodes(model, (node) =>
    node === gone ? [] : { ...node, inputs: node.inputs.map((tensor) => (tensor === from ? to : tensor)) },
  );
}

export function withTensor(model: OnnxModel, name: string, change: (tensor: OnnxTensor) => OnnxTensor): OnnxModel {
  const initializers = model.graph.initializers.map((tensor) => (tensor.name === name ? change(tensor) : tensor));
  return { ...model, graph: { ...model.graph, initializers } };
}

export function adding(model: OnnxModel, tensors: readonly OnnxTensor[], nodes: readonly OnnxNode[] = []): OnnxModel {
  const { graph } = model;
  return {
    ...model,
    graph: { ...graph, nodes: [...nodes, ...graph.nodes], initializers: [...graph.initializers, ...tensors] },
  };
}

export function floats(name: string, shape: readonly number[], values: readonly number[]): OnnxTensor {
  return makeTensor({ name, dtype: 'float32', shape }, new Uint8Array(Float32Array.from(values).buffer));
}

export function node(op: string, inputs: readonly string[], output: string): OnnxNode {
  return { name: output, op, domain: '', inputs, outputs: [output], attributes: [], rest: {} };
}

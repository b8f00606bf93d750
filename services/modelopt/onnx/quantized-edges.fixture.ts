import { findAttribute, intAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { tensorBytes } from '#engine/formats/onnx/tensor.ts';
import { viewGraph } from '#engine/graph/view.ts';

export type QuantizedEdge = {
  /** The tensor that the reading node makes: names of nodes are partly invented. */
  readonly output: string;
  readonly op: string;
  readonly input: number;
  readonly tensor: string;
  readonly axis: number | null;
  readonly scale: Float32Array;
};

/** Edges that read a DequantizeLinear, in the form of test/golden/make_modelopt_onnx.py. */
export function quantizedEdges(model: OnnxModel): QuantizedEdge[] {
  const view = viewGraph(model.graph);
  const constants = new Map(model.graph.initializers.map((tensor) => [tensor.name, tensor]));
  return model.graph.nodes
    .filter((node) => !/^(Q|Deq)uantizeLinear$/.test(node.op))
    .flatMap((node) =>
      node.inputs.flatMap((tensor, input) => {
        const dequantize = view.producer(tensor);
        if (dequantize?.op !== 'DequantizeLinear') return [];
        const scale = constants.get(dequantize.inputs[1] ?? '');
        if (!scale) throw new Error(`${dequantize.name} has no constant scale`);
        const axis = findAttribute(dequantize, 'axis') ? intAttribute(dequantize, 'axis', 0) : null;
        const source = view.producer(dequantize.inputs[0] ?? '')?.inputs[0] ?? '';
        const values = new Float32Array(Uint8Array.from(tensorBytes(scale)).buffer);
        return [
          {
            output: (node.outputs[0] ?? '').replace(/_QuantizeLinear_Input$/, ''),
            op: node.op,
            input,
            tensor: source,
            axis,
            scale: values,
          },
        ];
      }),
    )
    .sort((a, b) => (a.output < b.output ? -1 : a.output > b.output ? 1 : a.input - b.input));
}

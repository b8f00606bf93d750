import type { OnnxModel, OnnxNode } from '#engine/formats/onnx/model.ts';
import { findPath } from '../find-path.ts';
import { freshNames } from '../fresh-names.ts';
import { type GraphView, viewGraph } from '../view.ts';
import { type FloatDtype, isFloat } from './convert-tensor.ts';
import { makeCast } from './retype.ts';

/**
 * The model with both matrix products of each quantized attention in float32: Casts before their inputs and behind
 * their outputs, which makes TensorRT take its FP8 kernels, that accumulate in float32. Half models alone have such
 * Casts. Source: `insert_fp8_mha_casts`, modelopt/onnx/quantization/graph_utils.py, which casts back to float16
 * whatever the model is of; here it is the model's own type.
 */
export function castAttention(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const view = viewGraph(graph);
  const scaleTypes = new Map(graph.initializers.map(({ name, dtype }) => [name, dtype]));
  const freshName = freshNames(graph);
  const products = new Map<OnnxNode, FloatDtype>();
  for (const node of view.nodes) {
    for (const product of node.op === 'Softmax' ? productsAround(view, node) : []) {
      const dtype = scaleTypes.get(view.producer(product.inputs[0] ?? '')?.inputs[1] ?? '') ?? null;
      if (isFloat(dtype) && dtype !== 'float32') products.set(product, dtype);
    }
  }
  const nodes = graph.nodes.flatMap((node) => {
    const dtype = products.get(node);
    if (!dtype) return [node];
    const casts = node.inputs.map((input) => makeCast(input, freshName(`${input}/Cast_output`), 'float32'));
    const [output = ''] = node.outputs;
    const wide = freshName(`${output}/Cast_output`);
    const product = { ...node, inputs: casts.flatMap((cast) => cast.outputs), outputs: [wide] };
    return [...casts, product, makeCast(wide, output, dtype)];
  });
  return { ...model, graph: { ...graph, nodes } };
}

const between: ReadonlySet<string> = new Set(['Reshape', 'Transpose', 'Flatten', 'Cast']);

/** What may stand between the scores and the Softmax, seen from the Softmax, in ModelOpt's order. */
const scalings = [[], ['Add'], ['Div'], ['Mul'], ['Add', 'Div'], ['Add', 'Mul']] as const;

/** The products before and behind a Softmax, if all of the attention is quantized; otherwise none. */
function productsAround(view: GraphView, softmax: OnnxNode): readonly OnnxNode[] {
  const pair = ['QuantizeLinear', 'DequantizeLinear'] as const;
  const behind = { ops: ['Softmax', ...pair, 'MatMul', ...pair], direction: 'forward', wildcards: between } as const;
  const after = findPath(view, softmax, behind)?.[3];
  if (!after) return [];
  for (const scaling of scalings) {
    const ops = ['Softmax', ...scaling, 'MatMul', 'DequantizeLinear', 'QuantizeLinear'];
    const before = findPath(view, softmax, { ops, direction: 'backward', wildcards: between })?.[1 + scaling.length];
    if (before) return [before, after];
  }
  return [];
}

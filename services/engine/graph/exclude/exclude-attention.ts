import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { findPath } from '../find-path.ts';
import type { GraphView } from '../view.ts';
import type { ShapeOf } from './exclude-products.ts';
import type { Exclusion } from './exclusion.ts';

const longestSequence = 512;

/** Tensors whose shapes `excludeAttention` asks for. */
export function attentionShapes(view: GraphView): readonly string[] {
  return attentions(view)
    .map(({ scores }) => scores.inputs[1] ?? '')
    .filter((tensor) => !view.initializers.has(tensor));
}

/**
 * Both matrix products of attention over more than 512 tokens, which TensorRT fuses in floating point.
 * Source: `find_nodes_from_mha_to_exclude`, modelopt/onnx/quantization/graph_utils.py.
 */
export function excludeAttention(view: GraphView, shapeOf: ShapeOf): readonly Exclusion[] {
  return attentions(view).flatMap(({ scores, values }) => {
    const tokens = shapeOf(scores.inputs[1] ?? '')?.at(-1) ?? 0;
    if (tokens <= longestSequence) return [];
    const reason = `attention over ${tokens} tokens runs faster as one floating-point kernel (int8 up to ${longestSequence})`;
    return [
      { node: scores.name, reason },
      { node: values.name, reason },
    ];
  });
}

const between: ReadonlySet<string> = new Set([
  'Div',
  'Mul',
  'ConstMul',
  'Add',
  'BiasAdd',
  'Reshape',
  'Transpose',
  'Flatten',
  'Cast',
]);

function attentions(view: GraphView): readonly { scores: OnnxNode; values: OnnxNode }[] {
  return view.nodes.flatMap((node) => {
    const path =
      node.op === 'MatMul'
        ? findPath(view, node, { ops: ['MatMul', 'Softmax', 'MatMul'], direction: 'forward', wildcards: between })
        : null;
    const [scores, , values] = path ?? [];
    return scores && values ? [{ scores, values }] : [];
  });
}

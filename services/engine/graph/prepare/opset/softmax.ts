import { intAttribute, makeInt, withAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { type ConversionContext, type Converted, makeNode, same } from './change.ts';

/**
 * Before opset 13 a Softmax runs over all dimensions from `axis` (default 1) on; from 13 over `axis` (default −1)
 * alone. Where those differ, the dimensions are flattened around it: Shape, Flatten, Softmax, Reshape, as onnx's
 * converter does (version_converter/adapters/softmax_12_13.h).
 */
export function softmaxOverOneAxis(node: OnnxNode, context: ConversionContext): Converted {
  const axis = intAttribute(node, 'axis', 1);
  const last = withAttribute(node, makeInt('axis', -1));
  const [data = ''] = node.inputs;
  const rank = context.rank(data);
  if (axis === -1 || axis === (rank ?? 0) - 1) return same(last);
  const [out = ''] = node.outputs;
  const [shape, flat, result] = ['shape', 'flat', 'intermediate'].map((what) => context.freshName(`${out}_${what}`));
  return {
    nodes: [
      makeNode('Shape', { inputs: [data], outputs: [shape ?? ''], attributes: [] }),
      makeNode('Flatten', { inputs: [data], outputs: [flat ?? ''], attributes: [makeInt('axis', axis)] }),
      { ...last, inputs: [flat ?? ''], outputs: [result ?? ''] },
      makeNode('Reshape', { inputs: [result ?? '', shape ?? ''], outputs: [out], attributes: [] }),
    ],
    constants: [],
  };
}

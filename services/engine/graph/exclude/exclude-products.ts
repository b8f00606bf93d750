import { intAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import type { GraphView } from '../view.ts';
import type { Exclusion } from './exclusion.ts';

const leastSide = 16;

export type ShapeOf = (tensor: string) => readonly number[] | null;

/** Tensors whose shapes `excludeProducts` asks for. */
export function productShapes(view: GraphView): readonly string[] {
  return products(view)
    .flatMap((node) => [node.outputs[0] ?? '', ...node.inputs.slice(1, 2)])
    .filter((tensor) => !view.initializers.has(tensor));
}

/**
 * Matrix products that are really matrix-vector products, or too small for tensor cores, in the shapes of the first
 * calibration batch. Source: `find_nodes_from_matmul_to_exclude`, modelopt/onnx/quantization/graph_utils.py.
 */
export function excludeProducts(view: GraphView, shapeOf: ShapeOf): readonly Exclusion[] {
  return products(view).flatMap((node) => {
    const reason = whyNot(view, node, shapeOf);
    return reason ? [{ node: node.name, reason }] : [];
  });
}

function products(view: GraphView): readonly OnnxNode[] {
  return view.nodes.filter((node) => node.op === 'MatMul' || node.op === 'Gemm');
}

function whyNot(view: GraphView, node: OnnxNode, shapeOf: ShapeOf): string | null {
  const output = shapeOf(node.outputs[0] ?? '') ?? [];
  const allVariable = node.inputs.every((tensor) => !view.initializers.has(tensor));
  const vector = allVariable
    ? output.length < 2 || output.at(-1) === 1 || output.at(-2) === 1
    : output.length < 3 && output.includes(1);
  if (vector)
    return `its result [${output.join(', ')}] at the calibration batch makes it a matrix-vector product, which quantizing does not speed up`;
  const columns = output.length >= 2 ? (output.at(-1) ?? 0) : 0;
  const inner = innerSize(node, shapeOf(node.inputs[1] ?? ''));
  if (isSmall(columns) || isSmall(inner))
    return `with N ${columns} and K ${inner} it is too small for tensor cores (at least ${leastSide})`;
  return null;
}

function isSmall(side: number): boolean {
  return side > 0 && side < leastSide;
}

/** K: the second operand is [K, N], or [N, K] for a Gemm with transB. 0 if it is not known. */
function innerSize(node: OnnxNode, shape: readonly number[] | null): number {
  if (!shape || shape.length < 2) return 0;
  const transposed = node.op === 'Gemm' && intAttribute(node, 'transB', 0) !== 0;
  return shape.at(transposed ? -1 : -2) ?? 0;
}

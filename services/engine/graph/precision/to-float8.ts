import { findAttribute, withAttribute } from '#engine/formats/onnx/attribute.ts';
import { decodeTensor } from '#engine/formats/onnx/decode.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor, tensorLength } from '#engine/formats/onnx/tensor.ts';
import { modeloptFloat8Scale, onnxFloat8Scale, type ScaleDtype } from '#engine/numerics/onnx-float8-scale.ts';
import { encodeFloats, mapFloats } from './convert-tensor.ts';
import { retypePort } from './retype.ts';

export type Float8Options = {
  readonly scale: 'modelopt' | 'amax/448';
  /** With it a float16 scale that is too large for ModelOpt's arithmetic becomes infinite, as there. */
  readonly compat: 'modelopt-0.47' | null;
};

/**
 * The model with FLOAT8E4M3FN pairs where there were INT8 ones: their scales by `onnxFloat8Scale`, in the type and
 * shape that they have; zero points of the same shape. Source: `int8_to_fp8`, modelopt/onnx/quantization/fp8.py.
 */
export function toFloat8(model: OnnxModel, options: Float8Options): OnnxModel {
  const { graph } = model;
  const byName = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const pairs = graph.nodes.filter((node) => isQdq(node) && byName.get(node.inputs[2] ?? '')?.dtype === 'int8');
  const scales = new Set(pairs.map((node) => node.inputs[1] ?? ''));
  const zeroPoints = new Set(pairs.map((node) => node.inputs[2] ?? ''));
  const quantized = new Set(
    pairs.map((node) => (node.op === 'QuantizeLinear' ? node.outputs[0] : node.inputs[0]) ?? ''),
  );

  const initializers = graph.initializers.map((tensor) => {
    if (scales.has(tensor.name)) return float8Scale(tensor, options);
    if (!zeroPoints.has(tensor.name)) return tensor;
    const { name, shape } = tensor;
    return makeTensor({ name, dtype: 'float8_e4m3fn', shape }, new Uint8Array(tensorLength(tensor)));
  });
  const nodes = graph.nodes.map((node) => (scales.has(node.outputs[0] ?? '') ? withScale(node, options) : node));
  const valueInfo = graph.valueInfo.map((port) =>
    quantized.has(port.name) ? retypePort(port, 'float8_e4m3fn') : port,
  );
  return { ...model, graph: { ...graph, nodes, initializers, valueInfo } };
}

function isQdq(node: OnnxNode): boolean {
  return node.domain === '' && (node.op === 'QuantizeLinear' || node.op === 'DequantizeLinear');
}

function float8Scale(tensor: OnnxTensor, options: Float8Options): OnnxTensor {
  const { dtype } = tensor;
  if (!isScaleDtype(dtype)) return tensor;
  const exact = options.compat !== null && options.scale === 'modelopt';
  const scaleOf = (int8Scale: number) =>
    exact ? modeloptFloat8Scale(int8Scale, dtype) : onnxFloat8Scale(int8Scale, dtype, options.scale);
  return mapFloats(tensor, dtype, (scales) => encodeFloats[dtype](scales.map(scaleOf)));
}

const scaleDtypes: ReadonlySet<string | null> = new Set(['float32', 'float16', 'bfloat16'] satisfies ScaleDtype[]);

function isScaleDtype(dtype: string | null): dtype is ScaleDtype {
  return scaleDtypes.has(dtype);
}

/** A scale that a Constant node holds. */
function withScale(node: OnnxNode, options: Float8Options): OnnxNode {
  const value = findAttribute(node, 'value');
  if (node.op !== 'Constant' || !value?.t) return node;
  return withAttribute(node, { ...value, t: float8Scale(decodeTensor(value.t), options).proto });
}

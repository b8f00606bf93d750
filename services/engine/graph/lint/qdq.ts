import { intAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { copyOps } from '../op-types.ts';
import { floatsOf, isFloat } from '../precision/convert-tensor.ts';
import type { GraphView } from '../view.ts';
import type { Constants } from './constants.ts';
import { type ElementType, elementType } from './element-type.ts';
import type { TypeOf } from './element-types.ts';

/** A QuantizeLinear or a DequantizeLinear of the standard domain. */
export type Qdq = {
  readonly node: OnnxNode;
  readonly isQuantize: boolean;
  readonly data: string;
  readonly output: string;
  /** null where no initializer or Constant node holds it. */
  readonly scale: OnnxTensor | null;
  readonly scales: Float32Array | null;
  /** Elements of the scale: 1 for a tensor, more for channels or blocks; null if unknown. */
  readonly scaleSize: number | null;
  readonly scaleType: ElementType | null;
  readonly zeroPoint: OnnxTensor | null;
  readonly hasZeroPoint: boolean;
  readonly outputDtype: ElementType | null;
  /** The type of the quantized side; null if unknown. */
  readonly type: ElementType | null;
  /** The attribute; null where it is not written down. */
  readonly axis: number | null;
};

export function isQuantize(node: OnnxNode | undefined): boolean {
  return node?.op === 'QuantizeLinear' && node.domain === '';
}

export function isDequantize(node: OnnxNode | undefined): boolean {
  return node?.op === 'DequantizeLinear' && node.domain === '';
}

export function readQdq(node: OnnxNode, constants: Constants, typeOf: TypeOf): Qdq {
  const [data = '', scaleName = '', zeroPointName = ''] = node.inputs;
  const output = node.outputs[0] ?? '';
  const scale = constants.find(scaleName);
  const axis = intAttribute(node, 'axis', Number.NaN);
  return {
    node,
    isQuantize: isQuantize(node),
    data,
    output,
    scale,
    scales: scale && isFloat(scale.dtype) ? floatsOf(scale) : null,
    scaleSize: scale ? scale.shape.reduce((size, dimension) => size * dimension, 1) : null,
    scaleType: typeOf(scaleName),
    zeroPoint: constants.find(zeroPointName),
    hasZeroPoint: zeroPointName !== '',
    outputDtype: elementType(intAttribute(node, 'output_dtype', 0)),
    type: typeOf(isQuantize(node) ? output : data),
    axis: Number.isNaN(axis) ? null : axis,
  };
}

/** Move values and leave them as they are: TensorRT takes Q and DQ past them. */
export const moves: ReadonlySet<string> = new Set([...copyOps, 'Unsqueeze', 'Identity', 'Pad', 'DepthToSpace']);

/** Where something is looked for: past operators that only move values, or past Casts too. */
export const movesAndCasts: ReadonlySet<string> = new Set([...moves, 'Cast']);

/** The nodes that read a tensor, those it is followed `through` replaced by their own readers. */
export function readersOf(view: GraphView, tensor: string, through: ReadonlySet<string>): readonly OnnxNode[] {
  const found = new Set<OnnxNode>();
  const seen = new Set<string>();
  const waiting = [tensor];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const reader of view.consumers(name)) {
      const isData = reader.inputs[0] === name || reader.op === 'Concat';
      if (through.has(reader.op) && isData) waiting.push(...reader.outputs);
      else found.add(reader);
    }
  }
  return [...found];
}

/** Where a tensor comes from: its own name, or that of what it was before the nodes it is followed `through`. */
export function comesFrom(view: GraphView, tensor: string, through: ReadonlySet<string>): string {
  let name = tensor;
  for (let node = view.producer(name); node && through.has(node.op); node = view.producer(name))
    name = node.inputs[0] ?? '';
  return name;
}

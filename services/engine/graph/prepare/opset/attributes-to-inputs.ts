import { findAttribute, intAttribute, intsAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { numberToFloat16 } from '#engine/numerics/float16.ts';
import { type ConversionContext, type Converted, same, withoutAttributes } from './change.ts';

/** An attribute that became an input: what newer opsets compute, older ones had to know. */
export type MovedAttribute = { readonly attribute: string; readonly kind: keyof typeof kinds; readonly at: number };

/** The value as it stands in the node; null if it is not there and the input may be absent too. */
const kinds = {
  ints: (node: OnnxNode, name: string) => intsAttribute(node, name),
  int: (node: OnnxNode, name: string) => (findAttribute(node, name) ? [intAttribute(node, name, 0)] : null),
  float: (node: OnnxNode, name: string) => {
    const attribute = findAttribute(node, name);
    return attribute ? [attribute.f ?? 0] : null;
  },
  floats: (node: OnnxNode, name: string) => findAttribute(node, name)?.floats ?? null,
} as const;

/** A conversion that moves attributes to the inputs at their places; places between them are left out. */
export function moveToInputs(
  moved: readonly MovedAttribute[],
): (node: OnnxNode, context: ConversionContext) => Converted {
  return (node, context) => {
    const inputs = [...node.inputs];
    const constants: OnnxTensor[] = [];
    for (const { attribute, kind, at } of moved) {
      const values = kinds[kind](node, attribute);
      if (values === null) continue;
      const constant = constantOf(node, { attribute, kind, values, context });
      constants.push(constant);
      while (inputs.length < at) inputs.push('');
      inputs[at] = constant.name;
    }
    const rest = withoutAttributes(
      node,
      moved.map(({ attribute }) => attribute),
    );
    return constants.length === 0 ? same(rest) : { nodes: [{ ...rest, inputs }], constants };
  };
}

type Value = {
  readonly attribute: string;
  readonly kind: keyof typeof kinds;
  readonly values: readonly number[];
  readonly context: ConversionContext;
};

/** Lists of integers and scales have one dimension; bounds and paddings are scalars of the type that they bound. */
function constantOf(node: OnnxNode, { attribute, kind, values, context }: Value): OnnxTensor {
  const name = context.freshName(`${node.outputs[0]}_${attribute}`);
  const list = [values.length];
  switch (kind) {
    case 'int':
    case 'ints':
      return makeTensor({ name, dtype: 'int64', shape: list }, bytesOf(BigInt64Array.from(values, toInt64)));
    case 'floats':
      return makeTensor({ name, dtype: 'float32', shape: list }, bytesOf(Float32Array.from(values)));
    case 'float': {
      const dtype = context.floatType(node.inputs[0] ?? '');
      return makeTensor({ name, dtype, shape: [] }, bytesOf(floatArrays[dtype](values)));
    }
  }
}

/** “To the end” is the largest int64, which a number rounds up to what no int64 holds. */
function toInt64(value: number): bigint {
  const largest = 2n ** 63n - 1n;
  const exact = BigInt(value);
  return exact > largest ? largest : exact;
}

const floatArrays = {
  float32: (values: readonly number[]) => Float32Array.from(values),
  float64: (values: readonly number[]) => Float64Array.from(values),
  float16: (values: readonly number[]) => Uint16Array.from(values, numberToFloat16),
} as const;

function bytesOf(array: ArrayBufferView<ArrayBuffer>): Uint8Array {
  return new Uint8Array(array.buffer);
}

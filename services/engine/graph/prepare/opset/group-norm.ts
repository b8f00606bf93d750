import { intAttribute, makeInt, withAttribute } from '#engine/formats/onnx/attribute.ts';
import { dataTypes } from '#engine/formats/onnx/data-type.ts';
import type { OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor, tensorBytes } from '#engine/formats/onnx/tensor.ts';
import { type ConversionContext, type Converted, makeNode } from './change.ts';

/**
 * Opset 21 takes scale and bias for each channel, where 18 took them for each group: every value is repeated, in the
 * constants where the number of channels is declared, by nodes otherwise. Source: onnx/version_converter/adapters/
 * group_normalization_20_21.h, which has nodes always, and computes in the type of the input as the old form did.
 */
export function groupNormOfChannels(node: OnnxNode, context: ConversionContext): Converted {
  const [data = '', scale = '', bias = ''] = node.inputs;
  const groups = intAttribute(node, 'num_groups', 0);
  const constants = [scale, bias].flatMap((tensor) => context.constant(tensor) ?? []);
  const odd = constants.find(({ shape }) => shape.length !== 1 || shape[0] !== groups);
  if (odd) return `${odd.name} has the shape [${odd.shape.join(', ')}], and there are ${groups} groups`;
  const typed = withAttribute(node, makeInt('stash_type', dataTypes[context.floatType(data)]));
  const channels = context.shape(data)?.[1];
  const floats = constants.filter(isFloats);
  if (typeof channels !== 'number' || floats.length < 2) return repeatedByNodes(typed, { groups, context });
  if (channels % groups !== 0) return `${data} has ${channels} channels, which ${groups} groups do not divide`;
  const repeated = floats.map((tensor) =>
    repeatEach(tensor, channels / groups, context.freshName(`${tensor.name}_channels`)),
  );
  return { nodes: [{ ...typed, inputs: [data, ...repeated.map(({ name }) => name)] }], constants: repeated };
}

type Floats = OnnxTensor & { readonly dtype: 'float32' | 'float16' | 'float64' };

function isFloats(tensor: OnnxTensor): tensor is Floats {
  return tensor.dtype === 'float32' || tensor.dtype === 'float16' || tensor.dtype === 'float64';
}

function repeatEach(tensor: Floats, times: number, name: string): OnnxTensor {
  const bytes = tensorBytes(tensor);
  const count = tensor.shape[0] ?? 0;
  const size = bytes.length / count;
  const made = new Uint8Array(bytes.length * times);
  for (let index = 0; index < count * times; index++) {
    const from = Math.floor(index / times) * size;
    made.set(bytes.subarray(from, from + size), index * size);
  }
  return makeTensor({ name, dtype: tensor.dtype, shape: [count * times] }, made);
}

/** Each value of scale and bias becomes a row, the row as long as a group has channels, and all of them one vector. */
function repeatedByNodes(
  node: OnnxNode,
  { groups, context }: { readonly groups: number; readonly context: ConversionContext },
): Converted {
  const [data = '', ...perGroup] = node.inputs;
  const name = (what: string) => context.freshName(`${node.outputs[0]}_${what}`);
  const ints = (what: string, values: readonly number[]) =>
    makeTensor(
      { name: name(what), dtype: 'int64', shape: [values.length] },
      new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
    );
  const constants = [ints('groups', [groups]), ints('one', [1]), ints('rows', [-1, 1]), ints('flat', [-1])] as const;
  const [count, one, rows, flat] = constants;
  const [channels, times, row] = [name('channels'), name('times'), name('row')];
  const nodes = [
    makeNode('Shape', {
      inputs: [data],
      outputs: [channels],
      attributes: [makeInt('start', 1), makeInt('end', 2)],
    }),
    makeNode('Div', { inputs: [channels, count.name], outputs: [times], attributes: [] }),
    makeNode('Concat', { inputs: [one.name, times], outputs: [row], attributes: [makeInt('axis', 0)] }),
  ];
  const inputs = perGroup.map((tensor) => {
    const [column, matrix, vector] = [name('column'), name('matrix'), name('vector')];
    nodes.push(
      makeNode('Reshape', { inputs: [tensor, rows.name], outputs: [column], attributes: [] }),
      makeNode('Expand', { inputs: [column, row], outputs: [matrix], attributes: [] }),
      makeNode('Reshape', { inputs: [matrix, flat.name], outputs: [vector], attributes: [] }),
    );
    return vector;
  });
  return { nodes: [...nodes, { ...node, inputs: [data, ...inputs] }], constants };
}

import { makeInt, makeInts } from '#engine/formats/onnx/attribute.ts';
import { int64 } from '#engine/formats/onnx/encode.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxPort, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { seededRandom } from '#engine/inference/seeded-random.ts';

/** ResNet-18 without its normalizations, for images [N, 3, 128, 128] and 1000 classes; its weights are random and always the same. */
export function residualNetwork(): OnnxModel {
  const random = seededRandom(18);
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const add = (op: string, inputs: readonly string[], attributes: readonly OnnxAttribute[] = []): string => {
    const name = `${op}_${nodes.length}`;
    nodes.push({ name, op, domain: '', inputs, outputs: [`${name}_output`], attributes, rest: {} });
    return `${name}_output`;
  };
  const weight = (shape: readonly number[]): string => {
    const name = `weight_${initializers.length}`;
    const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
    const values = new Float32Array(fanIn * (shape[0] ?? 1)).map(() => (random() * 2 - 1) * Math.sqrt(6 / fanIn));
    initializers.push(makeTensor({ name, dtype: 'float32', shape }, new Uint8Array(values.buffer)));
    return name;
  };
  const convolve = (x: string, [output, input, size]: readonly [number, number, number], stride: number) =>
    add('Conv', [x, weight([output, input, size, size])], window(size, stride));
  const block = (x: string, input: number, output: number): string => {
    const stride = input === output ? 1 : 2;
    const first = add('Relu', [convolve(x, [output, input, 3], stride)]);
    const second = convolve(first, [output, output, 3], 1);
    const shortcut = stride === 1 ? x : convolve(x, [output, input, 1], stride);
    return add('Relu', [add('Add', [second, shortcut])]);
  };

  const stem = add('Relu', [convolve('images', [64, 3, 7], 2)]);
  let x = add('MaxPool', [stem], window(3, 2));
  let channels = 64;
  for (const output of [64, 64, 128, 128, 256, 256, 512, 512]) {
    x = block(x, channels, output);
    channels = output;
  }
  const pooled = add('Flatten', [add('GlobalAveragePool', [x])]);
  const scores = add('Gemm', [pooled, weight([1000, channels])], [makeInt('transB', 1)]);
  const [inputs, outputs] = [[port('images', ['N', 3, 128, 128])], [port(scores, ['N', 1000])]];
  const graph = { name: 'residual', nodes, initializers, inputs, outputs, valueInfo: [], rest: {} };
  return { irVersion: 8, opsets: [{ domain: '', version: 17 }], graph, rest: {} };
}

/** As much padding as keeps the size where the stride is 1. */
function window(size: number, stride: number): readonly OnnxAttribute[] {
  const pad = size >> 1;
  return [
    makeInts('kernel_shape', [size, size]),
    makeInts('strides', [stride, stride]),
    makeInts('pads', [pad, pad, pad, pad]),
  ];
}

function port(name: string, shape: readonly (number | string)[]): OnnxPort {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: int64(size) } : { dimParam: size }));
  return { name, dtype: 'float32', shape, proto: { name, type: { tensorType: { elemType: 1, shape: { dim } } } } };
}

import { elementCount } from '#engine/formats/element-count.ts';
import { findAttribute, intAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor, tensorFloats } from '#engine/formats/onnx/tensor.ts';
import { countReads } from '../../count-reads.ts';
import { freshNames } from '../../fresh-names.ts';
import { viewGraph } from '../../view.ts';

/**
 * A convolution whose only reader is a batch normalization of constants takes it in:
 * w' = w·γ/√(σ²+ε) for each output channel, b' = (b−μ)·γ/√(σ²+ε)+β, each step rounded to float32 as numpy does.
 * Source: FusionConvBN, onnxslim/core/pattern/fusion/convbn.py. Grouped transposed convolutions stay as they are.
 */
export function fuseBatchNorms(model: OnnxModel): OnnxModel {
  const view = viewGraph(model.graph);
  const constants = new Map(model.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const read = countReads(model.graph);
  const freshName = freshNames(model.graph);
  const fused = new Map<OnnxNode, { readonly norm: OnnxNode; readonly tensors: readonly OnnxTensor[] }>();
  for (const norm of view.nodes) {
    const convolution = view.producer(norm.inputs[0] ?? '');
    if (norm.op !== 'BatchNormalization' || !convolution || !isOnlyFor(convolution, norm)) continue;
    const tensors = fusedWeights(convolution, norm, { constants, freshName });
    if (tensors) fused.set(convolution, { norm, tensors });
  }
  if (fused.size === 0) return model;

  const norms = new Set([...fused.values()].map(({ norm }) => norm));
  const nodes = model.graph.nodes.flatMap((node) => {
    if (norms.has(node)) return [];
    const change = fused.get(node);
    if (!change) return [node];
    const inputs = [node.inputs[0] ?? '', ...change.tensors.map(({ name }) => name)];
    return [{ ...node, inputs, outputs: change.norm.outputs.slice(0, 1) }];
  });
  const made = [...fused.values()].flatMap(({ tensors }) => tensors);
  return { ...model, graph: { ...model.graph, nodes, initializers: [...model.graph.initializers, ...made] } };

  function isOnlyFor(convolution: OnnxNode, norm: OnnxNode): boolean {
    const [output = ''] = convolution.outputs;
    return (
      read.get(output) === 1 &&
      norm.outputs.filter((name) => name !== '').length === 1 &&
      intAttribute(norm, 'training_mode', 0) === 0
    );
  }
}

function fusedWeights(
  convolution: OnnxNode,
  norm: OnnxNode,
  {
    constants,
    freshName,
  }: { readonly constants: ReadonlyMap<string, OnnxTensor>; readonly freshName: (wish: string) => string },
): readonly OnnxTensor[] | null {
  const floats = (name: string | undefined) => {
    const tensor = constants.get(name ?? '');
    return tensor?.dtype === 'float32' ? tensorFloats(tensor) : null;
  };
  const axis = channelAxis(convolution);
  const weight = constants.get(convolution.inputs[1] ?? '');
  const values = floats(weight?.name);
  const [gamma, beta, mean, variance] = norm.inputs.slice(1).map(floats);
  const hasBias = (convolution.inputs[2] ?? '') !== '';
  const bias = hasBias ? floats(convolution.inputs[2]) : new Float32Array(gamma?.length ?? 0);
  if (axis === null || !weight || !values || !gamma || !beta || !mean || !variance || !bias) return null;
  if (weight.shape[axis] !== gamma.length || bias.length !== gamma.length) return null;

  const epsilon = Math.fround(findAttribute(norm, 'epsilon')?.f ?? 1e-5);
  const factors = gamma.map(
    (scale, index) => scale / Math.fround(Math.sqrt(Math.fround((variance[index] ?? 0) + epsilon))),
  );
  const inner = elementCount(weight.shape.slice(axis + 1));
  const scaled = values.map((value, index) => value * (factors[Math.floor(index / inner) % factors.length] ?? 0));
  const shifted = bias.map(
    (value, index) => Math.fround(Math.fround(value - (mean[index] ?? 0)) * (factors[index] ?? 0)) + (beta[index] ?? 0),
  );
  const [output = ''] = norm.outputs;
  return [
    makeTensor({ name: freshName(`${output}_weight`), dtype: 'float32', shape: weight.shape }, bytesOf(scaled)),
    makeTensor({ name: freshName(`${output}_bias`), dtype: 'float32', shape: [gamma.length] }, bytesOf(shifted)),
  ];
}

function channelAxis(convolution: OnnxNode): 0 | 1 | null {
  if (convolution.domain !== '') return null;
  if (convolution.op === 'Conv') return 0;
  return convolution.op === 'ConvTranspose' && intAttribute(convolution, 'group', 1) === 1 ? 1 : null;
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

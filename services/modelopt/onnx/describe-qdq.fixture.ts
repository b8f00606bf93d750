import { createHash } from 'node:crypto';
import { findAttribute, intAttribute } from '#engine/formats/onnx/attribute.ts';
import { decodeTensor } from '#engine/formats/onnx/decode.ts';
import { type OnnxModel, type OnnxNode, type OnnxTensor, standardOpset } from '#engine/formats/onnx/model.ts';
import { tensorBytes } from '#engine/formats/onnx/tensor.ts';
import { viewGraph } from '#engine/graph/view.ts';

/** One DequantizeLinear: what it gives back, and who reads that, by names of the float model it was made from. */
export type QdqPair = {
  readonly tensor: string;
  /** `Conv conv1_output 0`: operator, the tensor it makes, the number of the input. Names of nodes are partly invented. */
  readonly reads: readonly string[];
  /** The bits of all scales, most significant digit first; where all channels have one, that one and how many. */
  readonly scale: string | { readonly repeat: number; readonly value: string };
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly zero: string | null;
  readonly axis?: number;
  readonly weight?: boolean;
  /** A weight that is stored as integers. */
  readonly folded?: { readonly dtype: string; readonly shape: readonly number[]; readonly sha256: string };
  /** It has no QuantizeLinear, and dequantizes no constant. */
  readonly lone?: boolean;
};

export type Description = {
  readonly opset: number;
  readonly ir: number;
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** Nodes by operator, without those that quantization and precision bring. */
  readonly ops: Readonly<Record<string, number>>;
  readonly betas: Readonly<Record<string, number>>;
  readonly pairs: readonly QdqPair[];
};

/** A quantized model in the words of test/golden/make_modelopt_onnx.py. Casts that were added are seen through. */
export function describeQdq(model: OnnxModel, original: OnnxModel): Description {
  const names = originalNames(model, original);
  const constants = constantsOf(model);
  const ops: Record<string, number> = {};
  for (const { op } of model.graph.nodes) if (!bookkeeping.has(op)) ops[op] = (ops[op] ?? 0) + 1;
  return {
    opset: standardOpset(model),
    ir: model.irVersion,
    inputs: ports(model.graph.inputs),
    outputs: ports(model.graph.outputs),
    ops,
    betas: Object.fromEntries(
      model.graph.nodes
        .filter(({ op }) => op === 'Gemm')
        .map((node) => [names.madeBy(node), findAttribute(node, 'beta')?.f ?? 1]),
    ),
    pairs: model.graph.nodes
      .filter(({ op }) => op === 'DequantizeLinear')
      .map((node) => describePair(node, { model, names, constants })),
  };
}

const bookkeeping: ReadonlySet<string> = new Set([
  'QuantizeLinear',
  'DequantizeLinear',
  'Cast',
  'Constant',
  'Identity',
]);

/** How onnx writes element types. */
const words: Readonly<Record<string, string>> = {
  float32: 'float',
  float64: 'double',
  float8_e4m3fn: 'float8e4m3fn',
};

function ports(list: OnnxModel['graph']['inputs']): Record<string, string> {
  return Object.fromEntries(list.map(({ name, dtype }) => [name, word(dtype)]));
}

function word(dtype: string | null): string {
  return words[dtype ?? ''] ?? dtype ?? '?';
}

function constantsOf({ graph }: OnnxModel): ReadonlyMap<string, OnnxTensor> {
  const inNodes = graph.nodes.flatMap((node) => {
    const value = node.op === 'Constant' ? findAttribute(node, 'value')?.t : undefined;
    return value ? [[node.outputs[0] ?? '', decodeTensor(value)] as const] : [];
  });
  return new Map([...graph.initializers.map((tensor) => [tensor.name, tensor] as const), ...inNodes]);
}

type Names = ReturnType<typeof originalNames>;

function originalNames(model: OnnxModel, { graph }: OnnxModel) {
  const view = viewGraph(model.graph);
  const nodeNames = new Set(graph.nodes.map(({ name }) => name).filter((name) => name !== ''));
  const casts = new Set(graph.nodes.filter(({ op }) => op === 'Cast').map(({ outputs }) => outputs[0]));
  const tensors = new Set([
    ...graph.nodes.flatMap(({ outputs }) => outputs),
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.map(({ name }) => name),
  ]);
  const isAdded = (node: OnnxNode | undefined): node is OnnxNode =>
    node?.op === 'Cast' && !casts.has(node.outputs[0]) && !nodeNames.has(node.name);
  const source = (tensor: string): string => {
    const producer = view.producer(tensor);
    return isAdded(producer) ? source(producer.inputs[0] ?? '') : tensor;
  };
  const canonical = (tensor: string): string => {
    const found = source(tensor);
    if (tensors.has(found)) return found;
    const cast = view.consumers(found).find((node) => isAdded(node) && view.outputs.has(node.outputs[0] ?? ''));
    return cast?.outputs[0] ?? found.replace(/_QuantizeLinear_Input$/, '');
  };
  const madeBy = (node: OnnxNode): string => canonical(node.outputs[0] ?? '');
  const readers = (tensor: string): readonly string[] => [
    ...[...new Set(view.consumers(tensor))].flatMap((node) =>
      isAdded(node) && !view.outputs.has(node.outputs[0] ?? '')
        ? readers(node.outputs[0] ?? '')
        : node.inputs.flatMap((input, index) => (input === tensor ? [`${node.op} ${madeBy(node)} ${index}`] : [])),
    ),
    ...(view.outputs.has(tensor) ? [`graph output ${tensor} 0`] : []),
  ];
  return { view, canonical, madeBy, readers };
}

function describePair(
  node: OnnxNode,
  { names, constants }: { model: OnnxModel; names: Names; constants: ReadonlyMap<string, OnnxTensor> },
): QdqPair {
  const { view } = names;
  const [quantized = '', scaleName = '', zeroName = ''] = node.inputs;
  const direct = view.producer(quantized);
  const quantize = direct?.op === 'Cast' ? view.producer(direct.inputs[0] ?? '') : direct;
  const float = quantize?.op === 'QuantizeLinear' ? (quantize.inputs[0] ?? '') : null;
  const stored = constants.get(quantized);
  const scale = constants.get(scaleName);
  if (!scale) throw new Error(`${node.name} has no constant scale`);
  const zero = constants.get(zeroName);
  return {
    tensor: float === null ? quantized : names.canonical(float),
    reads: [...names.readers(node.outputs[0] ?? '')].sort(),
    scale: bitsOf(scale),
    dtype: word(scale.dtype),
    shape: scale.shape,
    zero: zero ? `${word(zero.dtype)}${tensorBytes(zero).some((byte) => byte !== 0) ? ' not zero' : ''}` : null,
    ...(findAttribute(node, 'axis') ? { axis: intAttribute(node, 'axis', 0) } : {}),
    ...((float === null ? stored : constantBehind(float)) ? { weight: true } : {}),
    ...(float === null && stored
      ? { folded: { dtype: word(stored.dtype), shape: stored.shape, sha256: sha256(tensorBytes(stored)) } }
      : {}),
    ...(float === null && !stored ? { lone: true } : {}),
  };

  function constantBehind(tensor: string): boolean {
    if (constants.has(tensor)) return true;
    const producer = view.producer(tensor);
    const reads = producer?.inputs.filter((input) => input !== '') ?? [];
    return reads.length > 0 && producer?.op !== 'DequantizeLinear' && reads.every(constantBehind);
  }
}

function bitsOf(scale: OnnxTensor): QdqPair['scale'] {
  const bytes = tensorBytes(scale);
  const size = scale.dtype === 'float32' ? 4 : 2;
  const each = Array.from({ length: bytes.length / size }, (_, index) =>
    Buffer.from(bytes.slice(index * size, (index + 1) * size))
      .reverse()
      .toString('hex'),
  );
  const [first = ''] = each;
  return each.length > 1 && each.every((one) => one === first) ? { repeat: each.length, value: first } : each.join('');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

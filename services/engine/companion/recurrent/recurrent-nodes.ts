import { findAttribute } from '../../formats/onnx/attribute.ts';
import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from '../../formats/onnx/model.ts';
import { isFloat } from '../../graph/precision/convert-tensor.ts';
import { isRecurrent, type RecurrentOperator } from './recurrent-gates.ts';

/** A node that computes a layer of an LSTM, GRU or RNN, with the constants that its weights come from. */
export type RecurrentNode = {
  readonly node: number;
  readonly op: RecurrentOperator;
  readonly directions: readonly Direction[];
  /** One for each direction; null where the weight is no constant. */
  readonly kernels: { readonly [Kind in RecurrentKind]: readonly (KernelSource | null)[] };
};

/** What multiplies with the input, and with the state of the step before. */
export type RecurrentKind = 'ih' | 'hh';
export type Direction = 'forward' | 'reverse';

export type KernelSource = {
  readonly constant: OnnxTensor;
  /**
   * `stacked`: [directions, rows, columns] in the graph's order of gates. `copied`: [rows, columns] as PyTorch has it,
   * which nodes behind it slice and put together.
   */
  readonly form: 'stacked' | 'copied';
};

/** All in the order of the nodes. */
export function recurrentNodes({ graph }: OnnxModel): RecurrentNode[] {
  const behind = constantsBehind(graph);
  return graph.nodes.flatMap((node, index): RecurrentNode[] => {
    if (node.domain !== '' || !isRecurrent(node.op)) return [];
    const directions = directionsOf(node);
    const kernelsAt = (input: number) => kernelSources(behind(node.inputs[input] ?? ''), directions.length);
    return [{ node: index, op: node.op, directions, kernels: { ih: kernelsAt(1), hh: kernelsAt(2) } }];
  });
}

function directionsOf(node: OnnxNode): readonly Direction[] {
  const said = new TextDecoder().decode(findAttribute(node, 'direction')?.s ?? new Uint8Array());
  if (said === 'bidirectional') return ['forward', 'reverse'];
  return said === 'reverse' ? ['reverse'] : ['forward'];
}

function kernelSources(constants: readonly OnnxTensor[], directions: number): (KernelSource | null)[] {
  const [first] = constants;
  return Array.from({ length: directions }, (_, direction): KernelSource | null => {
    if (constants.length === 1 && first?.shape.length === 3) return { constant: first, form: 'stacked' };
    const own = constants.length === directions ? constants[direction] : undefined;
    return own?.shape.length === 2 ? { constant: own, form: 'copied' } : null;
  });
}

/** Float constants of rank 2 and 3 that a tensor is put together from, in the order in which it reads them. */
function constantsBehind(graph: OnnxGraph): (tensor: string) => readonly OnnxTensor[] {
  const constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const walk = (tensor: string, hops: number): readonly OnnxTensor[] => {
    const constant = constants.get(tensor);
    if (constant) return isKernel(constant) ? [constant] : [];
    const maker = makers.get(tensor);
    if (!maker || hops === 0) return [];
    const parts = maker.op === 'Concat' ? maker.inputs : movers.has(maker.op) ? maker.inputs.slice(0, 1) : [];
    return parts.flatMap((part) => walk(part, hops - 1));
  };
  return (tensor) => [...new Set(walk(tensor, maxHops))];
}

const isKernel = ({ dtype, shape }: OnnxTensor): boolean =>
  isFloat(dtype) && (shape.length === 2 || shape.length === 3);

/** Operators that move elements of their first input and change none. */
const movers: ReadonlySet<string> = new Set(['Slice', 'Unsqueeze', 'Squeeze', 'Identity', 'Reshape']);

const maxHops = 6;

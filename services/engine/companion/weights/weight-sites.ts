import { intAttribute, intsAttribute } from '../../formats/onnx/attribute.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../../formats/onnx/model.ts';
import { isFloat } from '../../graph/precision/convert-tensor.ts';
import type { RecurrentOperator } from '../recurrent/recurrent-gates.ts';

/** A place where the graph multiplies with (or looks up) a constant: what a module with a weight became. */
export type WeightSite = {
  /** Index of the node in the graph. */
  readonly node: number;
  readonly op: WeightOperator | RecurrentOperator;
  /** The constant behind the node's weight input, also through Transpose and Identity nodes. */
  readonly constant: OnnxTensor;
  /** The constant is the transpose of the weight as PyTorch keeps it. */
  readonly isTransposed: boolean;
  /** The nodes in between turn the constant round before the operator reads it. */
  readonly isTurned: boolean;
  /** Which of the node's inputs the weight and the activation are. */
  readonly weightInput: number;
  readonly activationInput: number;
  readonly groups: number;
};

/** Weight and activation inputs, and whether PyTorch keeps the weight the other way round ([out, in]). */
const weightOperators = {
  Conv: { weight: 1, activation: 0, isTransposed: false },
  ConvTranspose: { weight: 1, activation: 0, isTransposed: false },
  Gemm: { weight: 1, activation: 0, isTransposed: true },
  MatMul: { weight: 1, activation: 0, isTransposed: true },
  Gather: { weight: 0, activation: 1, isTransposed: false },
} as const satisfies Record<string, { weight: number; activation: number; isTransposed: boolean }>;

type WeightOperator = keyof typeof weightOperators;

const isWeightOperator = (op: string): op is WeightOperator => Object.hasOwn(weightOperators, op);

/** All sites in the order of the nodes. */
export function weightSites(model: OnnxModel): WeightSite[] {
  const constants = new Map(model.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const producers = new Map(model.graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node])));
  return model.graph.nodes.flatMap((node, index): WeightSite[] => {
    if (node.domain !== '' || !isWeightOperator(node.op)) return [];
    const operator = weightOperators[node.op];
    const source = constantBehind(node.inputs[operator.weight] ?? '', constants, producers);
    if (!source || !isFloat(source.constant.dtype) || source.constant.shape.length < 2) return [];
    const flips = [operator.isTransposed, source.isTurned, node.op === 'Gemm' && intAttribute(node, 'transB', 0) === 1];
    return [
      {
        node: index,
        op: node.op,
        constant: source.constant,
        isTransposed: flips.filter(Boolean).length % 2 === 1,
        isTurned: source.isTurned,
        weightInput: operator.weight,
        activationInput: operator.activation,
        groups: intAttribute(node, 'group', 1),
      },
    ];
  });
}

function constantBehind(
  name: string,
  constants: ReadonlyMap<string, OnnxTensor>,
  producers: ReadonlyMap<string, OnnxNode>,
): { constant: OnnxTensor; isTurned: boolean } | null {
  let current = name;
  let isTurned = false;
  for (let hops = 0; hops < maxHops; hops++) {
    const constant = constants.get(current);
    if (constant) return { constant, isTurned };
    const producer = producers.get(current);
    if (producer?.op === 'Transpose' && isMatrixTranspose(producer)) isTurned = !isTurned;
    else if (producer?.op !== 'Identity') return null;
    current = producer.inputs[0] ?? '';
  }
  return null;
}

const maxHops = 8;

/** Without `perm`, Transpose turns the axes round. */
function isMatrixTranspose(node: OnnxNode): boolean {
  const perm = intsAttribute(node, 'perm');
  return perm === null || (perm.length === 2 && perm[0] === 1);
}

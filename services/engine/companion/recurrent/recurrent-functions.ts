import { findAttribute } from '../../formats/onnx/attribute.ts';
import type { OnnxNode } from '../../formats/onnx/model.ts';
import type { RecurrentOperator } from './recurrent-gates.ts';

/** What PyTorch computes one direction with, in the order of ONNX's attribute; the first is what ONNX takes unsaid. */
const pytorchFunctions = {
  LSTM: ['Sigmoid Tanh Tanh'],
  GRU: ['Sigmoid Tanh'],
  RNN: ['Tanh', 'Relu'],
} as const satisfies Record<RecurrentOperator, readonly string[]>;

/** The functions of each direction, `Sigmoid Tanh`; null if a direction has others than a module of PyTorch. */
export function recurrentFunctions(
  node: OnnxNode,
  { op, directions }: { readonly op: RecurrentOperator; readonly directions: number },
): readonly string[] | null {
  const known: readonly [string, ...string[]] = pytorchFunctions[op];
  const said = findAttribute(node, 'activations')?.strings ?? [];
  if (said.length === 0) return Array<string>(directions).fill(known[0]);
  const each = said.length / directions;
  const functions = Array.from({ length: directions }, (_, side) =>
    said
      .slice(side * each, (side + 1) * each)
      .map((name) => new TextDecoder().decode(name))
      .join(' '),
  );
  return functions.every((one) => known.includes(one)) ? functions : null;
}

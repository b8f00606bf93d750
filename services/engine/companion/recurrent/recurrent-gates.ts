/**
 * The blocks of rows of a recurrent layer's weights, in ONNX's order, by their places in PyTorch's:
 * LSTM has i o f c of i f g o, GRU z r h of r z n.
 */
export const recurrentGates = {
  LSTM: [0, 3, 1, 2],
  GRU: [1, 0, 2],
  RNN: [0],
} as const satisfies Record<string, readonly number[]>;

export type RecurrentOperator = keyof typeof recurrentGates;

export const isRecurrent = (op: string): op is RecurrentOperator => Object.hasOwn(recurrentGates, op);

/** The rows of [gates · hidden, columns], block by block, in the graph's order. */
export function reorderGates(values: Float32Array, gates: readonly number[]): Float32Array {
  const block = values.length / gates.length;
  const result = new Float32Array(values.length);
  for (const [to, from] of gates.entries()) result.set(values.subarray(from * block, (from + 1) * block), to * block);
  return result;
}

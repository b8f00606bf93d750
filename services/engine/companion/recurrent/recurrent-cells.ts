import { makeInt } from '../../formats/onnx/attribute.ts';
import type { NodeList } from './node-list.ts';
import type { RecurrentOperator } from './recurrent-gates.ts';

/** Names of tensors that a step of a layer computes with. */
export type Step = {
  /** W·x with its bias, [batch, gates · hidden]. */
  readonly projected: string;
  /** The state of the step before, rounded: h, and c of an LSTM. */
  readonly state: readonly string[];
  /** Rᵀ [hidden, gates · hidden], and its bias [gates · hidden], if there is one. */
  readonly recurrence: string;
  readonly bias: string | null;
  /** [hidden, hidden …], one for each gate. */
  readonly gateSizes: string;
  /** Of an RNN. */
  readonly activation: 'Tanh' | 'Relu';
};

/**
 * One step as PyTorch computes it; the new state. The gates are in ONNX's order.
 *
 *     LSTM  i o f g: c' = σ(f)·c + σ(i)·tanh(g);  h' = σ(o)·tanh(c')
 *     GRU   z r n:   h' = (1 − σ(z))·tanh(n_x + σ(r)·n_h) + σ(z)·h
 *     RNN            h' = act(x + h)
 */
export const recurrentCells = {
  LSTM(list, step) {
    const [i, o, f, g] = split(list, list.add('Add', [step.projected, recurred(list, step)]), step, 4);
    const kept = list.add('Mul', [list.add('Sigmoid', [f]), step.state[1] ?? '']);
    const c = list.add('Add', [kept, list.add('Mul', [list.add('Sigmoid', [i]), list.add('Tanh', [g])])]);
    return [list.add('Mul', [list.add('Sigmoid', [o]), list.add('Tanh', [c])]), c];
  },
  GRU(list, step) {
    const [xz, xr, xn] = split(list, step.projected, step, 3);
    const [hz, hr, hn] = split(list, recurred(list, step), step, 3);
    const z = list.add('Sigmoid', [list.add('Add', [xz, hz])]);
    const r = list.add('Sigmoid', [list.add('Add', [xr, hr])]);
    const n = list.add('Tanh', [list.add('Add', [xn, list.add('Mul', [r, hn])])]);
    // (1 − z)·n + z·h is n + z·(h − n).
    return [list.add('Add', [n, list.add('Mul', [z, list.add('Sub', [step.state[0] ?? '', n])])])];
  },
  RNN(list, step) {
    return [list.add(step.activation, [list.add('Add', [step.projected, recurred(list, step)])])];
  },
} as const satisfies Record<RecurrentOperator, (list: NodeList, step: Step) => readonly string[]>;

function recurred(list: NodeList, { state, recurrence, bias }: Step): string {
  const product = list.add('MatMul', [state[0] ?? '', recurrence]);
  return bias === null ? product : list.add('Add', [product, bias]);
}

type Gates = [string, string, string, string];

function split(list: NodeList, gates: string, { gateSizes }: Step, count: 3 | 4): Gates {
  const [a = '', b = '', c = '', d = ''] = list.addMany('Split', [gates, gateSizes], count, [makeInt('axis', 1)]);
  return [a, b, c, d];
}

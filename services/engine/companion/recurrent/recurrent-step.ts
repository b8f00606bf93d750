import { dataTypes } from '../../formats/onnx/data-type.ts';
import { encodeGraph } from '../../formats/onnx/encode.ts';
import type { onnx } from '../../formats/onnx/generated/messages.js';
import type { OnnxPort } from '../../formats/onnx/model.ts';
import { type NodeList, nodeList } from './node-list.ts';
import { recurrentCells, type Step } from './recurrent-cells.ts';
import type { RecurrentOperator } from './recurrent-gates.ts';

type RecurrentStep = Pick<Step, 'recurrence' | 'bias' | 'gateSizes' | 'activation'> & {
  readonly op: RecurrentOperator;
  /** How many tensors go from step to step. */
  readonly states: number;
  /** Writes down how the state is rounded. */
  round(list: NodeList, tensor: string): string;
};

/** The body of a Scan over [time, batch, gates · hidden]; constants are of the graph around it, `outer`. */
export function recurrentStep(
  outer: NodeList,
  { op, states, round, ...step }: RecurrentStep,
): onnx.GraphProto.$Properties {
  const list = nodeList(outer.freshName(`${step.recurrence}/step`), outer.freshName);
  const before = Array.from({ length: states }, () => outer.freshName(`${step.recurrence}/before`));
  const projected = outer.freshName(`${step.recurrence}/projected`);
  const state = before.map((tensor) => round(list, tensor));
  const after = recurrentCells[op](list, { ...step, projected, state });
  const shown = list.add('Identity', [after[0] ?? '']);
  outer.constants.push(...list.constants);
  return encodeGraph({
    name: 'step',
    nodes: list.nodes,
    initializers: [],
    inputs: [...before, projected].map(port),
    outputs: [...after, shown].map(port),
    valueInfo: [],
    rest: {},
  });
}

/** ONNX Runtime wants to know how many dimensions there are: [batch, features]. */
function port(name: string): OnnxPort {
  const proto = { name, type: { tensorType: { elemType: dataTypes.float32, shape: { dim: [{}, {}] } } } };
  return { name, dtype: 'float32', shape: [null, null], proto };
}

import { findAttribute, intAttribute, makeInt, makeInts } from '../../formats/onnx/attribute.ts';
import { onnx } from '../../formats/onnx/generated/messages.js';
import type { OnnxNode } from '../../formats/onnx/model.ts';
import type { InputQuantizer } from '../input-quantizer.ts';
import { fakeQuantNodes } from '../quantized/fake-quant-nodes.ts';
import { type NodeList, nodeList } from './node-list.ts';
import { recurrentFunctions } from './recurrent-functions.ts';
import { isRecurrent, type RecurrentOperator, recurrentGates } from './recurrent-gates.ts';
import { recurrentStep } from './recurrent-step.ts';

/** One for each direction; null: it rounds nothing. */
export type LayerQuantizers = readonly (InputQuantizer | null)[];

/**
 * A recurrent layer written out as a Scan, so that what a step is called with can be rounded: x, and h and c of the
 * step before, all by the layer's one quantizer, as ModelOpt has it. Null for a node that no module of PyTorch becomes.
 */
export function expandRecurrent(
  node: OnnxNode,
  quantizers: LayerQuantizers,
  freshName: (wish: string) => string,
): NodeList | null {
  if (!isRecurrent(node.op) || !isPytorchs(node)) return null;
  const { op } = node;
  const functions = recurrentFunctions(node, { op, directions: quantizers.length });
  if (!functions) return null;
  const list = nodeList(node.outputs.find((name) => name !== '') ?? op, freshName);
  const sides = quantizers.map((quantizer, side) =>
    computeSide(list, { node, op, quantizer, side, isRelu: functions[side] === 'Relu' }),
  );
  const join = (parts: readonly string[], axis: number, output: string | undefined) => {
    if (!output) return;
    const turned = parts.map((part) => list.add('Unsqueeze', [part, list.integers([axis])]));
    const attributes = [makeInt('axis', axis)];
    list.nodes.push({
      name: output,
      op: 'Concat',
      domain: '',
      inputs: turned,
      outputs: [output],
      attributes,
      rest: {},
    });
  };
  const [steps, ...states] = node.outputs;
  join(
    sides.map((side) => side.steps),
    1,
    steps,
  );
  for (const [i, output] of states.entries())
    join(
      sides.map(({ last }) => last[i] ?? ''),
      0,
      output,
    );
  return list;
}

/** No lengths, peepholes or clipping, and a GRU's reset gate behind the product. */
function isPytorchs(node: OnnxNode): boolean {
  const isBare = !node.inputs[4] && !node.inputs[7] && !findAttribute(node, 'clip');
  const flags = ['layout', 'input_forget'].every((flag) => intAttribute(node, flag, 0) === 0);
  const resets = node.op !== 'GRU' || intAttribute(node, 'linear_before_reset', 0) === 1;
  const isForward = new TextDecoder().decode(findAttribute(node, 'direction')?.s ?? new Uint8Array()) !== 'reverse';
  return isBare && flags && resets && isForward && intAttribute(node, 'hidden_size', 0) > 0;
}

type Side = {
  readonly node: OnnxNode;
  readonly op: RecurrentOperator;
  readonly quantizer: InputQuantizer | null;
  /** 0 forward, 1 backward. */
  readonly side: number;
  readonly isRelu: boolean;
};

/** [time, batch, hidden], and the state after the last step. */
type Computed = { readonly steps: string; readonly last: readonly string[] };

function computeSide(list: NodeList, { node, op, quantizer, side, isRelu }: Side): Computed {
  const [x = '', w = '', r = '', b = ''] = node.inputs;
  const hidden = intAttribute(node, 'hidden_size', 0);
  const gates = recurrentGates[op].length;
  const own = (tensor: string) => list.add('Gather', [tensor, list.integer(side)], [makeInt('axis', 0)]);
  const turned = (tensor: string) => list.add('Transpose', [own(tensor)], [makeInts('perm', [1, 0])]);
  const halves = list.integers([gates * hidden, gates * hidden]);
  const [inputBias, bias] = b ? list.addMany('Split', [own(b), halves], 2, [makeInt('axis', 0)]) : [];
  const product = list.add('MatMul', [rounded(list, x, quantizer), turned(w)]);
  const projected = inputBias ? list.add('Add', [product, inputBias]) : product;
  const first = stateInputs[op].map((input) => (node.inputs[input] ? own(node.inputs[input]) : zeros(list, x, hidden)));
  const body = recurrentStep(list, {
    op,
    states: first.length,
    recurrence: turned(r),
    bias: bias ?? null,
    gateSizes: list.integers(recurrentGates[op].map(() => hidden)),
    activation: isRelu ? 'Relu' : 'Tanh',
    round: (inner, tensor) => rounded(inner, tensor, quantizer),
  });
  const made = list.addMany('Scan', [...first, projected], first.length + 1, [
    { name: 'body', type: onnx.AttributeProto.AttributeType.GRAPH, g: body },
    makeInt('num_scan_inputs', 1),
    makeInts('scan_input_directions', [side]),
    makeInts('scan_output_directions', [side]),
  ]);
  return { steps: made.at(-1) ?? '', last: made.slice(0, -1) };
}

/** Where a node has the states of the first step: h, and c of an LSTM. */
const stateInputs = { LSTM: [5, 6], GRU: [5], RNN: [5] } as const satisfies Record<
  RecurrentOperator,
  readonly number[]
>;

function rounded(list: NodeList, tensor: string, quantizer: InputQuantizer | null): string {
  if (!quantizer) return tensor;
  const { nodes, constants, output } = fakeQuantNodes(tensor, quantizer, list.freshName);
  list.nodes.push(...nodes);
  list.constants.push(...constants);
  return output;
}

/** [batch, hidden] of zeros for an input [time, batch, features]. */
function zeros(list: NodeList, x: string, hidden: number): string {
  const batch = list.add('Gather', [list.add('Shape', [x]), list.integers([1])]);
  const shape = list.add('Concat', [batch, list.integers([hidden])], [makeInt('axis', 0)]);
  return list.add('ConstantOfShape', [shape]);
}

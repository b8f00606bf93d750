import { intAttribute, makeInt, makeInts } from '#engine/formats/onnx/attribute.ts';
import { encodeGraph } from '#engine/formats/onnx/encode.ts';
import { onnx } from '#engine/formats/onnx/generated/messages.js';
import type { OnnxAttribute, OnnxNode, OnnxPort, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';

export type StepwiseLayer = {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  /** What each step is called with: x, h, and of an LSTM c. */
  readonly tensors: readonly string[];
};

/** One direction of a node, and where its weights stand in the node's. */
type LayerDirection = {
  readonly direction: 'forward' | 'reverse';
  readonly place: number;
  readonly directions: number;
};

type Context = { readonly freshName: (wish: string) => string; readonly opset: number };

const { AttributeType } = onnx.AttributeProto;

/** Indexes of the inputs of LSTM, GRU and RNN. */
const at = { x: 0, w: 1, r: 2, bias: 3, h: 5, c: 6, peepholes: 7 } as const;

/**
 * A direction of an LSTM, GRU or RNN node as a Scan of the same operator over single steps. Out of the Scan come the
 * steps' inputs, in the order in which they are taken: of the reverse direction the last step first.
 */
export function stepwiseLayer(
  node: OnnxNode,
  { direction, place, directions }: LayerDirection,
  { freshName, opset }: Context,
): StepwiseLayer {
  const name = (part: string) => freshName(`${node.outputs.find(Boolean) ?? node.op}/steps/${place}/${part}`);
  const nodes: OnnxNode[] = [];
  const constants: OnnxTensor[] = [];
  const integers = (part: string, values: readonly number[]) => {
    const made = name(part);
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    constants.push(makeTensor({ name: made, dtype: 'int64', shape: [values.length] }, bytes));
    return made;
  };
  const make = (op: string, inputs: readonly string[], attributes: readonly OnnxAttribute[] = []) => {
    const made = name(op);
    nodes.push(nodeOf({ op, inputs, outputs: [made], attributes }));
    return made;
  };
  const own = integers('place', [place]);
  const part = (input: number) => (node.inputs[input] ? make('Gather', [node.inputs[input], own]) : '');
  const x = node.inputs[at.x] ?? '';
  const zeros = () => {
    const batch = make('Gather', [make('Shape', [x]), integers('batch', [1])]);
    const hidden = integers('hidden', [intAttribute(node, 'hidden_size', 1)]);
    const shape = make('Concat', [integers('one', [1]), batch, hidden], [makeInt('axis', 0)]);
    return make('ConstantOfShape', [shape]);
  };
  const weights = [at.w, at.r, at.bias, at.peepholes].map(part);
  const inputs = node.op === 'LSTM' ? [at.h, at.c] : [at.h];
  const states = inputs.map((input) => part(input) || zeros());
  const tensors = ['x', 'h', 'c'].slice(0, 1 + states.length).map(name);
  const body = bodyOf(node, { weights, states: states.length, place, directions, opset, name });
  const scan = nodeOf({
    op: 'Scan',
    inputs: [...states, x],
    outputs: [...states.map(() => name('last')), ...tensors],
    attributes: [
      { name: 'body', type: AttributeType.GRAPH, g: encodeGraph(body) },
      makeInt('num_scan_inputs', 1),
      makeInts('scan_input_directions', [direction === 'reverse' ? 1 : 0]),
    ],
  });
  return { nodes: [...nodes, scan], constants, tensors };
}

type BodyFacts = {
  /** W, R, B and P of this direction, tensors around the Scan; '' for none. */
  readonly weights: readonly string[];
  readonly states: number;
  readonly place: number;
  readonly directions: number;
  readonly opset: number;
  readonly name: (part: string) => string;
};

function bodyOf(node: OnnxNode, { weights, states, place, directions, opset, name }: BodyFacts) {
  const [w = '', r = '', bias = '', peepholes = ''] = weights;
  const before = ['h_before', 'c_before'].slice(0, states).map(name);
  const after = ['h_after', 'c_after'].slice(0, states).map(name);
  const [x, step, axes] = [name('x_step'), name('x_one'), name('axes')];
  const seen = [x, ...before].map((tensor) => ({ tensor, copy: name('seen') }));
  // Since opset 13 axes are an input.
  const unsqueeze =
    opset < 13
      ? nodeOf({ op: 'Unsqueeze', inputs: [x], outputs: [step], attributes: [makeInts('axes', [0])] })
      : nodeOf({ op: 'Unsqueeze', inputs: [x, axes], outputs: [step], attributes: [] });
  const optional = [...before, ...(states < 2 && peepholes ? [''] : []), ...(peepholes ? [peepholes] : [])];
  const nodes = [
    unsqueeze,
    nodeOf({
      op: node.op,
      inputs: [step, w, r, bias, '', ...optional],
      outputs: ['', ...after],
      attributes: node.attributes.flatMap((attribute) => ofDirection(attribute, place, directions)),
    }),
    ...seen.map(({ tensor, copy }) => nodeOf({ op: 'Identity', inputs: [tensor], outputs: [copy], attributes: [] })),
  ];
  const first = makeTensor({ name: axes, dtype: 'int64', shape: [1] }, new Uint8Array(8));
  return {
    name: name('step'),
    nodes,
    initializers: opset < 13 ? [] : [first],
    inputs: [...before, x].map(port),
    outputs: [...after, ...seen.map(({ copy }) => copy)].map(port),
    valueInfo: [],
    rest: {},
  };
}

const port = (name: string): OnnxPort => ({ name, dtype: null, shape: null, proto: { name } });

const listed: ReadonlySet<string> = new Set(['activations', 'activation_alpha', 'activation_beta']);

/** A step has one direction, forward; of lists for both directions it takes its half. */
function ofDirection(attribute: OnnxAttribute, place: number, directions: number): readonly OnnxAttribute[] {
  if (attribute.name === 'direction') return [];
  if (!listed.has(attribute.name ?? '') || directions === 1) return [attribute];
  const half = <T>(values: readonly T[] | null | undefined) => {
    const length = (values?.length ?? 0) / directions;
    return values?.slice(place * length, (place + 1) * length) ?? [];
  };
  return [{ ...attribute, strings: half(attribute.strings), floats: half(attribute.floats) }];
}

function nodeOf(parts: Pick<OnnxNode, 'op' | 'inputs' | 'outputs' | 'attributes'>): OnnxNode {
  return { name: parts.outputs.find(Boolean) ?? '', domain: '', rest: {}, ...parts };
}

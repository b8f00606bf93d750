import { describe, expect, test } from 'vitest';
import { makeInt } from '#engine/formats/onnx/attribute.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { withRecurrentStates } from '#engine/graph/recurrent-states.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { type CompanionKind, companionKinds, expectedOf, parityFile } from '#kit/parity-net.ts';
import { openDataset } from './dataset.ts';
import { observe } from './observe.ts';
import { withOutputs } from './probe.ts';
import { openSession } from './session.ts';
import { floats } from './tensor-value.ts';

/** Quantizers of ModelOpt for the layers, in the order of the nodes and directions. */
const quantizers = [
  'lstm.layer_0_input_quantizer',
  'lstm.layer_1_input_quantizer',
  'gru.layer_0_input_quantizer',
  'gru.layer_0_reverse_input_quantizer',
];

describe.each(Object.keys(companionKinds) as CompanionKind[])('through the %s companion', (kind) => {
  test('every layer of an LSTM and a bidirectional GRU is seen with the inputs that ModelOpt sees', async () => {
    const graph = await readOnnxModel(parityFile(`rnn${companionKinds[kind]}`));
    const nodes = [...graph.graph.nodes.entries()].flatMap(([i, { op }]) => (/^(LSTM|GRU)$/.test(op) ? [i] : []));
    const { model, inputs } = withRecurrentStates(graph, nodes);
    expect(inputs.map(({ direction }) => direction)).toEqual(['forward', 'forward', 'forward', 'reverse']);
    const { cases } = await expectedOf('rnn');
    const tensors = inputs.flatMap((one) => one.tensors);
    const dataset = await openDataset({ file: parityFile('rnn.calibration.npz'), ports: graph.graph.inputs });
    const order = { tensors, groups: inputs.map((one) => new Set(one.tensors)), method: { kind: 'max' } } as const;
    const signal = new AbortController().signal;
    const { ranges } = await observe(model, order, {
      dataset,
      signal,
      device: 'cpu',
      name: 'rnn',
      onProgress: () => {},
    });
    await dataset.close();
    for (const [i, quantizer] of quantizers.entries()) {
      const { min = 0, max = 0 } = ranges.get(inputs[i]?.tensors[0] ?? '') ?? {};
      const want = Buffer.from(cases.int8?.quantizers[quantizer]?.amax?.bytes ?? '', 'hex').readFloatLE();
      expect(Math.abs(Math.max(-min, max) - want) / want, quantizer).toBeLessThan(2e-6);
    }
  });
});

/** Of h before each step, what the node itself gives after the step before. */
test.each([
  ['LSTM', 12, 12],
  ['GRU', 9, 14],
  ['RNN', 3, 19],
] as const)('%s without states at the start begins with zeros, in both directions', async (op, rows, opset) => {
  const graph = smallModel({
    opset,
    inputs: { x: ['t', 'n', 2] },
    weights: { w: [2, rows, 2], r: [2, rows, 3] },
    nodes: [
      {
        op,
        in: ['x', 'w', 'r'],
        out: 'y',
        attributes: [
          makeInt('hidden_size', 3),
          { name: 'direction', type: 3, s: new TextEncoder().encode('bidirectional') },
        ],
      },
    ],
    outputs: ['y'],
  });
  const { model, inputs } = withRecurrentStates(graph, [0]);
  const tensors = ['y', ...inputs.flatMap((one) => one.tensors)];
  const session = await openSession(withOutputs(model, tensors), { device: 'cpu', name: 'small' });
  const x = Float32Array.from({ length: 4 * 5 * 2 }, (_, i) => Math.sin(i * i) / 4);
  const feeds = new Map([['x', { dtype: 'float32', shape: [4, 5, 2], bytes: new Uint8Array(x.buffer) } as const]]);
  const values = new Map([...(await session.run(feeds, tensors))].map(([name, value]) => [name, floats(value)]));
  await session.close();
  const y = values.get('y') ?? new Float32Array();
  /** [t, direction, n, h] */
  const after = (step: number, direction: number) =>
    y.slice((step * 2 + direction) * 15, (step * 2 + direction + 1) * 15);
  for (const [
    direction,
    {
      tensors: [seen = '', before = ''],
    },
  ] of inputs.entries()) {
    const order = direction === 0 ? [0, 1, 2, 3] : [3, 2, 1, 0];
    const h = [new Float32Array(15), ...order.slice(0, 3).map((step) => after(step, direction))];
    const close = [...(values.get(before) ?? [])].map((value, i) =>
      Math.abs(value - (h[Math.floor(i / 15)]?.[i % 15] ?? 9)),
    );
    expect(Math.max(...close)).toBeLessThan(1e-6);
    expect([...(values.get(seen) ?? [])]).toEqual(order.flatMap((step) => [...x.slice(step * 10, step * 10 + 10)]));
  }
});

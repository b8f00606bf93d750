import { describe, expect, test } from 'vitest';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { withRecurrentStates } from '#engine/graph/recurrent-states.ts';
import { type CompanionKind, companionKinds, expectedOf, parityFile } from '#kit/parity-net.ts';
import { openDataset } from './dataset.ts';
import { observe } from './observe.ts';

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

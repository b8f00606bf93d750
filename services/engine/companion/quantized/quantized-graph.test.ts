import { expect, test } from 'vitest';
import { type ParityNet, parityFile } from '#kit/parity-net.ts';
import { makeInts } from '../../formats/onnx/attribute.ts';
import { heldTensors } from '../../formats/onnx/held-tensors.fixture.ts';
import type { OnnxModel, OnnxNode } from '../../formats/onnx/model.ts';
import { readOnnxModel } from '../../formats/onnx/read.ts';
import { openCheckpoint } from '../../formats/pth/open.ts';
import { loadOnce } from '../../inference/load-once.ts';
import type { InputQuantizer } from '../input-quantizer.ts';
import { matchCompanion } from '../match-companion.ts';
import { heldWeights } from '../weights/weight-source.ts';
import { quantizedGraph } from './quantized-graph.ts';

const int8 = (module: string, layer: InputQuantizer['layer'] = null): InputQuantizer => {
  return { module, layer, format: 'int8', amax: 1, preScale: null };
};

async function quantized(net: ParityNet, change: (model: OnnxModel) => OnnxModel, inputs: readonly InputQuantizer[]) {
  const { path, name } = parityFile(`${net}.pth`);
  const checkpoint = await openCheckpoint(path, name);
  try {
    const graph = change(await readOnnxModel(parityFile(`${net}.folded.onnx`)));
    const companion = await matchCompanion(checkpoint, graph, `${net}.onnx`);
    return (await quantizedGraph(companion, { replacements: heldWeights(new Map()), inputs }, heldTensors)).model;
  } finally {
    await checkpoint.close();
  }
}

/** As an exporter of that time would have written it: axes were attributes before opset 13. */
function atOpset(version: number): (model: OnnxModel) => OnnxModel {
  return (model) => {
    const constants = new Map(
      model.graph.nodes.flatMap(({ op, outputs, attributes }) =>
        op === 'Constant' ? [[outputs[0] ?? '', attributes[0]?.t?.rawData] as const] : [],
      ),
    );
    const older = (given: OnnxNode): OnnxNode => {
      const node = { ...given, attributes: given.attributes.filter(({ name }) => name !== 'allowzero') };
      const bytes = constants.get(node.inputs[1] ?? '');
      if ((node.op !== 'Squeeze' && node.op !== 'Unsqueeze') || !bytes) return node;
      const axes = [...new BigInt64Array(Uint8Array.from(bytes).buffer)].map(Number);
      return { ...node, inputs: node.inputs.slice(0, 1), attributes: [...node.attributes, makeInts('axes', axes)] };
    };
    const graph = { ...model.graph, nodes: model.graph.nodes.map(older) };
    return { ...model, irVersion: 6, opsets: [{ domain: '', version }], graph };
  };
}

test('a companion of opset 9, which has no Q/DQ yet, is brought to one that has', async () => {
  const model = await quantized('convbn', atOpset(9), [int8('layer1.0.conv1'), int8('fc')]);
  expect(model.opsets[0]?.version).toBe(10);
  await loadOnce(model, 'the graph');
});

test.each([8, 11])(
  'a recurrent companion of opset %i is brought to one of Scan as it is written here',
  async (version) => {
    const inputs = [int8('lstm', { layer: 0, direction: 'forward' }), int8('head')];
    const model = await quantized('rnn', atOpset(version), inputs);
    expect(model.opsets[0]?.version).toBe(13);
    expect(model.graph.nodes.filter(({ op }) => op === 'Scan')).toHaveLength(1);
    await loadOnce(model, 'the graph');
  },
);

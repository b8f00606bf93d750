import { expect, onTestFinished, test } from 'vitest';
import { type CompanionKind, companionKinds, parityFile } from '#kit/parity-net.ts';
import { heldTensors } from '../../formats/onnx/held-tensors.fixture.ts';
import type { OnnxModel } from '../../formats/onnx/model.ts';
import { readOnnxModel } from '../../formats/onnx/read.ts';
import { tensorFloats } from '../../formats/onnx/tensor.ts';
import type { Checkpoint } from '../../formats/pth/checkpoint.ts';
import { openCheckpoint } from '../../formats/pth/open.ts';
import { matchCompanion } from '../match-companion.ts';
import { checkpointWeights } from '../weights/checkpoint-weights.ts';
import { heldWeights } from '../weights/weight-source.ts';
import { withWeights } from '../weights/with-weights.ts';

const kinds = Object.keys(companionKinds) as CompanionKind[];
const asIs = <T>(given: T): T => given;

async function matched(kind: CompanionKind, { graph = asIs<OnnxModel>, checkpoint = asIs<Checkpoint> } = {}) {
  const file = parityFile('rnn.pth');
  const opened = await openCheckpoint(file.path, file.name);
  onTestFinished(() => opened.close());
  const model = await readOnnxModel(parityFile(`rnn${companionKinds[kind]}`));
  return { opened, companion: await matchCompanion(checkpoint(opened), graph(model), `rnn.${kind}`) };
}

const withoutNames = (model: OnnxModel): OnnxModel => ({
  ...model,
  graph: { ...model.graph, nodes: model.graph.nodes.map((node) => ({ ...node, name: '', rest: {} })) },
});

const layers = [
  ['lstm', 0, 'LSTM', 1],
  ['lstm', 1, 'LSTM', 1],
  ['gru', 0, 'GRU', 2],
];

test.each(kinds)('%s: each layer has its node, in order', async (kind) => {
  const { companion } = await matched(kind);
  const found = companion.recurrent.map(({ module, layer, op, directions }) => [module, layer, op, directions]);
  expect(found).toEqual(layers);
  const ops = companion.recurrent.map(({ node }) => companion.graph.graph.nodes[node]?.op);
  expect(ops).toEqual(['LSTM', 'LSTM', 'GRU']);
});

test('layers of a graph without names are found by their values', async () => {
  const { companion } = await matched('folded', { graph: withoutNames });
  const found = companion.recurrent.map(({ module, layer, op, directions }) => [module, layer, op, directions]);
  expect(found).toEqual(layers);
  expect(companion.modules.find(({ name }) => name === 'gru')).toMatchObject({ class: 'GRU' });
});

test.each(kinds)('%s: the checkpoint’s own weights give the graph’s constants again', async (kind) => {
  const { opened, companion } = await matched(kind);
  const constants = ({ graph }: OnnxModel) =>
    new Map(graph.initializers.filter(({ dtype }) => dtype === 'float32').map((one) => [one.name, tensorFloats(one)]));
  const weights = checkpointWeights(opened);
  expect(constants(await withWeights(companion, { weights, store: heldTensors }))).toEqual(constants(companion.graph));
});

test.each(kinds)('%s: one direction’s weights leave the other’s as they are', async (kind) => {
  const { companion } = await matched(kind);
  const weights = heldWeights(new Map([['gru.weight_hh_l0_reverse', new Float32Array(36 * 12)]]));
  const before = companion.graph.graph.initializers;
  const { graph } = await withWeights(companion, { weights, store: heldTensors });
  const changed = graph.initializers.filter((tensor, i) => tensor !== before[i]);
  const values = changed[0] ? tensorFloats(changed[0]) : new Float32Array();
  expect(changed).toHaveLength(1);
  expect(values.subarray(-36 * 12).every((value) => value === 0)).toBe(true);
  expect(values.length === 36 * 12 || values.subarray(0, 36 * 12).every((value) => value !== 0)).toBe(true);
});

test('weights of another epoch are refused', async () => {
  const trained = (checkpoint: Checkpoint): Checkpoint => ({
    ...checkpoint,
    async read(tensor) {
      const bytes = await checkpoint.read(tensor);
      if (tensor.name === 'lstm.weight_hh_l1') new Float32Array(bytes.buffer).reverse();
      return bytes;
    },
  });
  await expect(matched('folded', { checkpoint: trained })).rejects.toMatchObject({
    code: 'GRAPH_MISMATCH',
    message: expect.stringMatching(
      /^lstm\.weight_hh_l1 of the checkpoint and onnx::LSTM_368 of rnn\.folded differ by up/,
    ),
  });
});

test('a layer that is called again and again is read and compared once', async () => {
  const loop = (model: OnnxModel): OnnxModel => {
    const { nodes } = model.graph;
    const again = (turn: number) =>
      nodes
        .filter(({ op }) => op === 'LSTM')
        .map((node) => ({ ...node, outputs: node.outputs.map((output) => output && `${output}/${turn}`) }));
    return { ...model, graph: { ...model.graph, nodes: [...nodes, ...[1, 2, 3].flatMap(again)] } };
  };
  const reads: string[] = [];
  const counting = (checkpoint: Checkpoint): Checkpoint => ({
    ...checkpoint,
    read(tensor) {
      reads.push(tensor.name);
      return checkpoint.read(tensor);
    },
  });
  const { companion } = await matched('folded', { graph: loop, checkpoint: counting });
  expect(companion.recurrent.filter(({ module }) => module === 'lstm')).toHaveLength(8);
  expect(reads.filter((name) => name === 'lstm.weight_hh_l0')).toHaveLength(1);
});

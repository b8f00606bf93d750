import { expect, onTestFinished, test } from 'vitest';
import { demoFile } from '#kit/demo-file.ts';
import { heldTensors } from '../formats/onnx/held-tensors.fixture.ts';
import { readOnnxModel } from '../formats/onnx/read.ts';
import { tensorFloats } from '../formats/onnx/tensor.ts';
import type { Checkpoint } from '../formats/pth/checkpoint.ts';
import { openCheckpoint } from '../formats/pth/open.ts';
import { matchCompanion } from './match-companion.ts';
import { readWeight } from './read-weight.ts';
import { nearlySame } from './weights/compare-weights.ts';
import { heldWeights } from './weights/weight-source.ts';
import type { WeightTransformation } from './weights/weight-transformation.ts';
import { withWeights } from './weights/with-weights.ts';

async function matched(model: string, graph: string, change = (checkpoint: Checkpoint): Checkpoint => checkpoint) {
  const file = demoFile(model);
  const checkpoint = await openCheckpoint(file.path, file.name);
  onTestFinished(() => checkpoint.close());
  const companion = await matchCompanion(change(checkpoint), await readOnnxModel(demoFile(graph)), graph);
  return { checkpoint, companion };
}

const countByTransformation = (weights: Awaited<ReturnType<typeof matched>>['companion']['weights']) =>
  weights.reduce<Record<string, number>>((counts, { transformation }) => {
    const name = transformationName(transformation);
    counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  }, {});

test.each([
  ['digits-cnn.pth', 'digits-cnn.onnx', { folded: 15, same: 1 }, ''],
  ['digits-cnn.lightning.ckpt.pth', 'digits-cnn.onnx', { folded: 15, same: 1 }, 'model.'],
  ['digits-vit.pth', 'digits-vit.onnx', { transpose: 16, same: 2 }, ''],
])('every weight of %s is found in %s', async (model, graph, counts, prefix) => {
  const { companion } = await matched(model, graph);
  expect(countByTransformation(companion.weights)).toEqual(counts);
  expect(companion.prefix).toBe(prefix);
  expect(companion.warnings).toEqual([]);
});

test('the graph names modules without tensors, and what they are called with', async () => {
  const { companion } = await matched('digits-cnn.pth', 'digits-cnn.onnx');
  const pool = companion.modules.find(({ name }) => name === 'pool');
  expect(pool).toMatchObject({
    class: 'AdaptiveAvgPool2d',
    evidence: 'the companion graph has GlobalAveragePool in its scope',
    inputs: [{ tensor: '/layer3/layer3.1/relu_1/Relu_output_0', input: 0 }],
  });
  expect(companion.modules.find(({ name }) => name === 'layer1.0.relu')?.inputs).toHaveLength(2);
  expect(companion.modules.some(({ name }) => name === 'layer1.0')).toBe(false);
});

test('a graph whose names were stripped is matched by values, and its pooling is marked as assumed', async () => {
  const file = demoFile('digits-cnn.pth');
  const checkpoint = await openCheckpoint(file.path, file.name);
  onTestFinished(() => checkpoint.close());
  const model = await readOnnxModel(demoFile('digits-cnn.onnx'));
  const nodes = model.graph.nodes.map((node) => ({ ...node, name: '' }));
  const companion = await matchCompanion(checkpoint, { ...model, graph: { ...model.graph, nodes } }, 'stripped.onnx');
  const named = await matched('digits-cnn.pth', 'digits-cnn.onnx');
  const sites = ({ weights }: typeof companion) => weights.map(({ module, initializer }) => [module, initializer]);
  expect(sites(companion)).toEqual(sites(named.companion));
  expect(companion.modules.find(({ name }) => name === 'pool')).toMatchObject({
    class: 'AdaptiveAvgPool2d',
    evidence: 'assumed: the companion graph has an unnamed GlobalAveragePool in its place',
  });
});

test('the checkpoint’s own weights through the transformations give the graph’s constants again, but for last bits of folding', async () => {
  for (const name of ['digits-cnn', 'digits-vit']) {
    const { checkpoint, companion } = await matched(`${name}.pth`, `${name}.onnx`);
    const weights = new Map<string, Float32Array>();
    for (const tensor of checkpoint.tensors) {
      if (tensor.dtype === 'float32') weights.set(tensor.name, await readWeight(checkpoint, tensor));
    }
    const again = await withWeights(companion, { weights: heldWeights(weights), store: heldTensors });
    const originals = new Map(companion.graph.graph.initializers.map((tensor) => [tensor.name, tensor]));
    for (const tensor of again.graph.initializers) {
      const original = originals.get(tensor.name);
      if (original?.dtype === 'float32')
        expect(nearlySame(tensorFloats(tensor), tensorFloats(original), 2e-7)).toBe(true);
    }
  }
});

test('weights of another epoch are refused with names and the largest difference', async () => {
  const nudged = (checkpoint: Checkpoint): Checkpoint => ({
    ...checkpoint,
    async read(tensor) {
      const bytes = await checkpoint.read(tensor);
      if (tensor.name !== 'fc.weight') return bytes;
      const values = new Float32Array(bytes.buffer);
      values[7] = (values[7] ?? 0) + 0.5;
      return bytes;
    },
  });
  await expect(matched('digits-cnn.pth', 'digits-cnn.onnx', nudged)).rejects.toMatchObject({
    code: 'GRAPH_MISMATCH',
    message: 'fc.weight of the checkpoint and fc.weight of digits-cnn.onnx differ by up to 0.500.',
  });
});

test.each([
  ['a bias', 'fc.bias', 'digits-cnn', Number.NaN, /^fc\.bias of the checkpoint .* differ: one of them holds NaN/],
  [
    'a norm',
    'blocks.0.norm1.weight',
    'digits-vit',
    7,
    /^blocks\.0\.norm1\.weight of the checkpoint and blocks\.0\.norm1\.weight of digits-vit\.onnx differ by up to 6/,
  ],
])('%s of another epoch is refused where no weight differs', async (_, name, net, value, message) => {
  const tuned = (checkpoint: Checkpoint): Checkpoint => ({
    ...checkpoint,
    async read(tensor) {
      const bytes = await checkpoint.read(tensor);
      if (tensor.name === name) new Float32Array(bytes.buffer)[0] = value;
      return bytes;
    },
  });
  await expect(matched(`${net}.pth`, `${net}.onnx`, tuned)).rejects.toMatchObject({
    code: 'GRAPH_MISMATCH',
    message: expect.stringMatching(message),
  });
});

test('folded weights of another epoch are refused as well', async () => {
  const scaled = (checkpoint: Checkpoint): Checkpoint => ({
    ...checkpoint,
    async read(tensor) {
      const bytes = await checkpoint.read(tensor);
      if (tensor.name === 'layer2.0.conv1.weight') new Float32Array(bytes.buffer).reverse();
      return bytes;
    },
  });
  await expect(matched('digits-cnn.pth', 'digits-cnn.onnx', scaled)).rejects.toMatchObject({
    code: 'GRAPH_MISMATCH',
    message: expect.stringMatching(
      /^layer2\.0\.conv1\.weight of the checkpoint and onnx::Conv_164 of digits-cnn\.onnx differ/,
    ),
  });
});

test('of several weights that differ the worst three are named, the furthest away first', async () => {
  const nudges: Readonly<Record<string, number>> = {
    'stem.0.weight': 0.125,
    'layer1.0.conv2.weight': 2,
    'layer2.0.conv1.weight': 8,
    'fc.weight': 4,
  };
  const trained = (checkpoint: Checkpoint): Checkpoint => ({
    ...checkpoint,
    async read(tensor) {
      const bytes = await checkpoint.read(tensor);
      const nudge = nudges[tensor.name];
      if (nudge) new Float32Array(bytes.buffer).fill(nudge);
      return bytes;
    },
  });
  await expect(matched('digits-cnn.pth', 'digits-cnn.onnx', trained)).rejects.toMatchObject({
    code: 'GRAPH_MISMATCH',
    message: expect.stringMatching(
      /^4 of 77 tensors of the checkpoint differ from those of digits-cnn\.onnx; the worst 3: layer2\.0\.conv1\.weight .* differ by up to [78]\.\d+; fc\.weight .* by up to 4\.\d+; layer1\.0\.conv2\.weight .* by up to [12]\.\d+\.?$/,
    ),
  });
});

test('another number of classes is refused with both shapes', async () => {
  const wider = (checkpoint: Checkpoint): Checkpoint => ({
    ...checkpoint,
    tensors: checkpoint.tensors.map((tensor) =>
      tensor.name === 'fc.weight' ? { ...tensor, shape: [12, 64] } : tensor,
    ),
  });
  await expect(matched('digits-cnn.pth', 'digits-cnn.onnx', wider)).rejects.toMatchObject({
    code: 'GRAPH_MISMATCH',
    message: 'fc.weight has the shape [12, 64] in the checkpoint, and fc.weight the shape [10, 64] in digits-cnn.onnx.',
  });
});

test('weights that the graph never uses are told in one sentence', async () => {
  const withHead = (checkpoint: Checkpoint): Checkpoint => {
    const [fc] = checkpoint.tensors.filter(({ name }) => name === 'fc.weight');
    if (!fc) throw new Error('the demo has no fc.weight');
    const heads = ['a', 'b', 'c', 'd', 'e'].map((head) => ({ ...fc, name: `${head}.weight`, shape: [5, 128] }));
    return { ...checkpoint, tensors: [...checkpoint.tensors, ...heads] };
  };
  const { companion } = await matched('digits-cnn.pth', 'digits-cnn.onnx', withHead);
  expect(companion.warnings).toEqual([
    'digits-cnn.onnx never uses a.weight, b.weight, c.weight, d.weight and 1 more of the checkpoint.',
  ]);
});

test('the graph of another network is refused', async () => {
  await expect(matched('digits-cnn.pth', 'digits-vit.onnx')).rejects.toMatchObject({ code: 'GRAPH_MISMATCH' });
});

function transformationName({ fold, isTransposed }: WeightTransformation): 'same' | 'transpose' | 'folded' {
  return fold ? 'folded' : isTransposed ? 'transpose' : 'same';
}

import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { InputFile } from '#contract/backend.ts';
import { companionKinds, parityFile } from '#kit/parity-net.ts';
import { readOnnxModel } from '../formats/onnx/read.ts';
import type { Checkpoint } from '../formats/pth/checkpoint.ts';
import { openCheckpoint } from '../formats/pth/open.ts';
import { matchCompanion } from './match-companion.ts';

const ownFile = (name: string): InputFile => ({
  path: fileURLToPath(new URL(`../../../test/fixtures/own-parameters/${name}`, import.meta.url)),
  name,
});

const kinds = Object.values(companionKinds);
type FileOf = (name: string) => InputFile;

async function opened(net: string, fileOf: FileOf): Promise<Checkpoint> {
  const file = fileOf(`${net}.pth`);
  const checkpoint = await openCheckpoint(file.path, file.name);
  onTestFinished(() => checkpoint.close());
  return checkpoint;
}

async function warningsOf(net: string, end: string): Promise<readonly string[]> {
  const graph = ownFile(`${net}${end}`);
  const { warnings } = await matchCompanion(await opened(net, ownFile), await readOnnxModel(graph), graph.name);
  return warnings;
}

test.each(kinds)('attention%s: parameters that no module is called with are found, whole or in parts', async (end) => {
  expect(await warningsOf('attention', end)).toEqual([]);
});

test('what an export computed of parameters is told, with the parameters that it may be of', async () => {
  expect(await warningsOf('computed', '.onnx')).toEqual([]);
  expect(await warningsOf('computed', '.folded.onnx')).toEqual([
    'computed.folded.onnx computes with onnx::ReduceMean_33 [5, 5, 4] and onnx::MatMul_38 [7, 6], which are no tensors of the checkpoint: they come from the graph, so see that it was exported with exactly this checkpoint loaded. It lacks table, lin.parametrizations.weight.original0 and lin.parametrizations.weight.original1, of which the export may have computed what it has instead.',
  ]);
  expect(await warningsOf('computed', '.dynamo.onnx')).toEqual([
    expect.stringMatching(/^computed\.dynamo\.onnx computes with mean \[5, 5\] and val_24 \[7, 6\]/),
  ]);
});

/** One tensor as a further epoch would leave it. */
const trained = (checkpoint: Checkpoint, name: string): Checkpoint => ({
  ...checkpoint,
  async read(tensor) {
    const bytes = await checkpoint.read(tensor);
    if (tensor.name !== name) return bytes;
    const values = new Float32Array(bytes.buffer);
    for (const [i, value] of values.entries()) values[i] = value * 1.01 + 0.001;
    return bytes;
  },
});

/** Those that an export turns into something else, and those that it leaves out. */
const notFollowed = /^table$|parametrizations|^unused\./;
/** Their constants have no name and no product to stand in, so that they are told and not refused. */
const onlyTold = /^mask$|^gn\.|in_proj_bias$/;

test.each([
  ...['attention', 'computed'].map((net) => ({ net, fileOf: ownFile })),
  ...(['convbn', 'rnn', 'unet', 'audio', 'mlp'] as const).map((net) => ({ net, fileOf: parityFile })),
])('any tensor of $net alone of another epoch is noticed', async ({ net, fileOf }) => {
  const checkpoint = await opened(net, fileOf);
  const unnoticed: string[] = [];
  for (const end of kinds) {
    const graph = fileOf(`${net}${end}`);
    const model = await readOnnxModel(graph);
    const said = async (given: Checkpoint) => (await matchCompanion(given, model, graph.name)).warnings.join();
    const before = await said(checkpoint);
    for (const { name, dtype } of checkpoint.tensors) {
      if (dtype !== 'float32' || notFollowed.test(name)) continue;
      const isNoticed = await said(trained(checkpoint, name)).then(
        (after) => onlyTold.test(name) && after !== before,
        ({ code }) => code === 'GRAPH_MISMATCH',
      );
      if (!isNoticed) unnoticed.push(`${name} in ${graph.name}`);
    }
  }
  expect(unnoticed).toEqual([]);
});

test('an attention’s projections of another epoch are refused with the constant that has their place', async () => {
  const checkpoint = trained(await opened('attention', ownFile), 'mha.in_proj_weight');
  const graph = ownFile('attention.folded.onnx');
  await expect(matchCompanion(checkpoint, await readOnnxModel(graph), graph.name)).rejects.toMatchObject({
    code: 'GRAPH_MISMATCH',
    message: expect.stringMatching(
      /^attention\.folded\.onnx lacks mha\.in_proj_weight: it holds onnx::MatMul_\d+ \[16, (16|32)\], which is none of the checkpoint's tensors/,
    ),
  });
});

test('an LSTM with projections is refused as what ONNX cannot say, not as another epoch', async () => {
  const graph = ownFile('projected.dynamo.onnx');
  await expect(
    matchCompanion(await opened('projected', ownFile), await readOnnxModel(graph), graph.name),
  ).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message:
      'projected.dynamo.onnx computes lstm with the operator LSTM, which has no projections; the checkpoint’s has (proj_size).',
    remedy: expect.stringContaining('weight_only_ptq'),
  });
});

import { expect, test } from 'vitest';
import { parityFile } from '#kit/parity-net.ts';
import { heldTensors } from '../../formats/onnx/held-tensors.fixture.ts';
import { readOnnxModel } from '../../formats/onnx/read.ts';
import { openCheckpoint } from '../../formats/pth/open.ts';
import { floatsOf } from '../../graph/precision/convert-tensor.ts';
import { matchCompanion } from '../match-companion.ts';
import { heldWeights } from './weight-source.ts';
import { withWeights } from './with-weights.ts';

async function changed(graph: string, replacements: ReadonlyMap<string, Float32Array>) {
  const file = parityFile('embed.pth');
  const checkpoint = await openCheckpoint(file.path, file.name);
  const companion = await matchCompanion(checkpoint, await readOnnxModel(parityFile(graph)), graph);
  await checkpoint.close();
  const after = await withWeights(companion, { weights: heldWeights(replacements), store: heldTensors });
  return { before: companion.graph.graph, after: after.graph };
}

test.each([
  ['decoder.weight', '/decoder/MatMul', 1, '/tok/Gather', 0],
  ['tok.weight', '/tok/Gather', 0, '/decoder/Transpose', 0],
])('of tied weights %s alone is replaced: its node reads another constant', async (tensor, own, at, other, input) => {
  const { before, after } = await changed('embed.onnx', new Map([[tensor, new Float32Array(50 * 24).fill(7)]]));
  const node = (graph: typeof before, name: string) => graph.nodes.find((one) => one.name === name);
  const constant = after.initializers.find(({ name }) => name === node(after, own)?.inputs[at]);
  expect(constant && floatsOf(constant).every((value) => value === 7)).toBe(true);
  expect(constant?.shape).toEqual(own === '/decoder/MatMul' ? [24, 50] : [50, 24]);
  expect(node(after, other)?.inputs[input]).toBe('tok.weight');
  expect(after.initializers.find(({ name }) => name === 'tok.weight')).toBe(
    before.initializers.find(({ name }) => name === 'tok.weight'),
  );
});

test('a second copy of a tied weight is replaced in its place', async () => {
  const values = new Float32Array(50 * 24).fill(7);
  const { before, after } = await changed('embed.folded.onnx', new Map([['decoder.weight', values]]));
  const other = after.initializers.filter((tensor, i) => tensor !== before.initializers[i]).map(({ name }) => name);
  expect(other).toEqual(['onnx::MatMul_32']);
});

test('rows that were looked up while exporting are replaced', async () => {
  const values = Float32Array.from({ length: 12 * 24 }, (_, i) => i);
  const { after } = await changed('embed.dynamo.onnx', new Map([['pos.weight', values]]));
  const rows = after.initializers.find(({ name }) => name === 'embedding_1');
  expect(rows && floatsOf(rows)).toEqual(values);
});

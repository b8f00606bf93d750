import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeInts } from '#engine/formats/onnx/attribute.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { writeOnnxModel } from '#engine/formats/onnx/write.ts';
import { keepTransposes } from '#engine/graph/prepare/keep-transposes.ts';
import { storeWeights } from '#engine/graph/prepare/store-weights.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { openSession } from './session.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeropoint-transposes-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a weight that is another one permuted is computed from the file where that lies', async () => {
  const nodes = [
    { op: 'Transpose', in: ['w'], out: 'half', attributes: [makeInts('perm', [2, 0, 1])] },
    { op: 'Transpose', in: ['half'], out: 't', attributes: [makeInts('perm', [0, 2, 1])] },
    { op: 'MatMul', in: ['x', 't'], out: 'y' },
  ];
  const made = smallModel({ nodes, weights: { w: [32, 48, 3] }, inputs: { x: [1, 48] }, outputs: ['y'] });
  const file = { path: join(folder, 'm.onnx'), name: 'm.onnx' };
  await writeOnnxModel(file.path, made, { external: true });
  const given = await readOnnxModel(file);
  const { model } = storeWeights(given);
  expect(keepTransposes(model)).toBe(model);
  const kept = keepTransposes(model, 0);
  expect(kept.graph.nodes.map(({ op }) => op)).toEqual(['Transpose', 'MatMul']);
  expect(kept.graph.initializers.map(({ name, source }) => [name, source?.file?.name])).toEqual([
    ['t_stored', 'm.onnx_data'],
  ]);

  const x = Float32Array.from({ length: 48 }, (_, index) => Math.sin(index));
  const feeds = new Map([['x', { dtype: 'float32' as const, shape: [1, 48], bytes: new Uint8Array(x.buffer) }]]);
  const outputs = [];
  for (const each of [given, model, kept]) {
    const session = await openSession(each, { device: 'cpu', name: 'm.onnx' });
    outputs.push((await session.run(feeds, ['y'])).get('y'));
    await session.close();
  }
  expect(outputs[0]?.shape).toEqual([3, 1, 32]);
  expect(outputs[1]).toEqual(outputs[0]);
  expect(outputs[2]).toEqual(outputs[0]);
});

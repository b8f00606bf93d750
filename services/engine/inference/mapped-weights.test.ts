import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { forRuntime } from '#engine/formats/onnx/for-runtime.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { tensorFloats } from '#engine/formats/onnx/tensor.ts';
import { writeOnnxModel } from '#engine/formats/onnx/write.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { openSession } from './session.ts';

const folder = await mkdtemp(join(tmpdir(), 'zeropoint-mapped-'));
afterAll(() => rm(folder, { recursive: true }));

const elements = 300_000;
const model = smallModel({
  inputs: { x: [1] },
  weights: { w: [elements] },
  nodes: [{ op: 'Add', in: ['x', 'w'], out: 'y' }],
  outputs: ['y'],
});
const [weight] = model.graph.initializers;
const wanted = tensorFloats(weight ?? expect.fail()).map((value) => value + 2);

/** Names of four lengths: inside a protobuf, weights begin at any byte. */
const files = [
  ...['g', 'gg', 'ggg', 'gggg'].map((graph) => ({ graph, external: false })),
  { graph: 'apart', external: true },
];

test.each(files)(
  'a weight of the file of graph $graph (apart: $external) is computed with',
  async ({ graph, external }) => {
    const file = { path: join(folder, `${graph}.onnx`), name: `${graph}.onnx` };
    await writeOnnxModel(file.path, { ...model, graph: { ...model.graph, name: graph } }, { external });
    const read = await readOnnxModel(file);
    expect(read.graph.initializers[0]?.source?.length).toBe(elements * 4);
    const session = await openSession(read, { device: 'cpu', name: file.name });
    const x = { dtype: 'float32' as const, shape: [1], bytes: new Uint8Array(Float32Array.of(2).buffer) };
    const y = (await session.run(new Map([['x', x]]), ['y'])).get('y') ?? expect.fail();
    await session.close();
    expect(Buffer.compare(y.bytes, new Uint8Array(wanted.buffer))).toBe(0);
  },
);

test('only what lies at a multiple of its size is mapped', async () => {
  const sizes = files.map(async ({ graph }) => {
    const name = `${graph}.onnx`;
    return forRuntime(await readOnnxModel({ path: join(folder, name), name }), name).bytes.length < 1000;
  });
  expect((await Promise.all(sizes)).filter((mapped) => mapped)).toHaveLength(2);
});

import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { elementCount } from '#engine/formats/element-count.ts';
import { forRuntime } from '#engine/formats/onnx/for-runtime.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { makeLazyTensor } from '#engine/formats/onnx/tensor.ts';
import { writeOnnxModel } from '#engine/formats/onnx/write.ts';

const MiB = 1024 ** 2;
const shape = [4096, 16_384];
const weightBytes = elementCount(shape) * 4;
const weights = 12;

const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-large-'));
afterAll(() => rm(scratch, { recursive: true }));
const path = join(scratch, 'large.onnx');

/** 3 GiB of weights, computed while they are written; two bytes of each tell which it is. */
const model: OnnxModel = {
  irVersion: 9,
  opsets: [{ domain: '', version: 19 }],
  graph: {
    name: 'large',
    nodes: Array.from({ length: weights }, (_, index) => ({
      name: `n${index}`,
      op: 'Relu',
      domain: '',
      inputs: [`w${index}`],
      outputs: [`y${index}`],
      attributes: [],
      rest: {},
    })),
    initializers: Array.from({ length: weights }, (_, index) =>
      makeLazyTensor(
        { name: `w${index}`, dtype: 'float32', shape },
        { length: weightBytes, file: null, read: (_offset, length) => new Uint8Array(length).fill(index, 0, 2) },
      ),
    ),
    inputs: [],
    outputs: Array.from({ length: weights }, (_, index) => ({
      name: `y${index}`,
      dtype: null,
      shape: null,
      proto: { name: `y${index}` },
    })),
    valueInfo: [],
    rest: {},
  },
  rest: {},
};

const peak = () => process.resourceUsage().maxRSS * 1024;
let before: number;
beforeAll(() => {
  before = peak();
});

it('a model of 3 GiB is written with external data, read and handed to a runtime in little memory', async () => {
  const written = await writeOnnxModel(path, model);
  expect(written.map(({ name }) => name)).toEqual(['large.onnx', 'large.onnx_data']);
  expect(written[1]?.bytes).toBe(weights * weightBytes);
  expect((await stat(path)).size).toBeLessThan(10_000);

  const read = await readOnnxModel({ path, name: 'large.onnx' });
  expect(read.graph.initializers.map(({ source }) => source?.read(0, 2)[1])).toEqual([...Array(weights).keys()]);
  const { bytes, folder } = forRuntime(read, 'large.onnx');
  expect(bytes.length).toBeLessThan(10_000);
  expect(folder).toBe(scratch);
  expect(peak() - before).toBeLessThan(256 * MiB);
}, 120_000);

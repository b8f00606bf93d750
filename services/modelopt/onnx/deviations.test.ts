import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InputFiles } from '#contract/backend.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import type { Algorithm, JsonValue } from '#contract/recipe/recipe.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { writeOnnxModel } from '#engine/formats/onnx/write.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { writeNpz } from '#kit/write-npz.ts';
import { modeloptOnnx } from './backend.ts';
import { zooFile } from './conformance.fixture.ts';
import { describeQdq } from './describe-qdq.fixture.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-deviations-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

type Options = Readonly<Record<string, JsonValue>>;

function quantized(name: string, kwargs: Options = {}) {
  return quantizedFiles({ model: zooFile(`${name}.onnx`), calibration: zooFile(`${name}.npz`) }, kwargs);
}

/** What the backend makes of a model, with everything else in float32. */
async function quantizedFiles(files: InputFiles, kwargs: Options = {}, algorithm: Algorithm = 'max') {
  const recipe = {
    ...catalogue['modelopt.onnx'].preset,
    algorithm,
    backend_kwargs: { high_precision_dtype: 'fp32', ...kwargs },
  };
  const outputDir = await mkdtemp(join(scratch, 'out-'));
  const plan = await modeloptOnnx.plan({ recipe, files });
  const report = { progress: () => {}, log: () => {} };
  const signal = new AbortController().signal;
  const { deviations } = await modeloptOnnx.quantize({ recipe, files, plan, outputDir, signal, report });
  const model = await readOnnxModel({ path: join(outputDir, modeloptOnnx.outputName(recipe)), name: 'the result' });
  return { deviations, description: describeQdq(model, await readOnnxModel(files.model)) };
}

test('nothing departs from ModelOpt in a network that gives no reason to', async () => {
  expect((await quantized('resnet')).deviations).toEqual([]);
});

test('weights in Constant nodes and behind Identity have a scale for each channel, and a Gemm keeps its beta', async () => {
  const { deviations, description } = await quantized('constants');
  const weights = description.pairs.filter(({ weight }) => weight);
  expect(weights.map(({ tensor, axis }) => `${tensor} ${axis}`)).toEqual(['w0 0', 'w1i 0', 'w2 0', 'w3i 0', 'w4 1']);
  expect(description.betas).toEqual({ i: 0.5 });
  expect(deviations).toHaveLength(6);
  expect(deviations).toContain(
    'The weight w3i of Gemm_5 stood behind Identity and has a scale for each output channel; ModelOpt gives it one for the whole tensor.',
  );
  expect(deviations).toContain('Gemm Gemm_5 keeps its beta; ModelOpt sets it to 1, which changes the result.');
});

test('an open batch is looked at as it is calibrated, and not every Gemm is taken for a matrix-vector product', async () => {
  const { deviations, description } = await quantized('mlp-dyn');
  expect(description.pairs.map(({ tensor }) => tensor)).toContain('l.2.weight');
  expect(deviations[0]).toMatch(/^\/l\/l\.0\/Gemm is quantized; ModelOpt leaves it out: its result \[1, 64\]/);
  expect((await quantized('mlp-dyn', { batch_size: 1 })).description.pairs).toEqual([]);
});

test('a weight of rank 3 has its channels along its columns', async () => {
  const { deviations, description } = await quantized('gemv');
  expect(description.pairs.find(({ tensor }) => tensor === 'w1')).toMatchObject({ axis: 2, shape: [24] });
  expect(deviations).toEqual([
    'The weight w1 of the MatMul w_rank3 has its scales along axis 2; ModelOpt takes axis 1, which is no output channel of it.',
  ]);
});

test('an excluded name excludes nothing but itself', async () => {
  const { graph, ...model } = smallModel({
    inputs: { x: [4, 16] },
    weights: { few: [16, 8], many: [16, 16] },
    nodes: [
      { op: 'MatMul', name: 'qk', in: ['x', 'few'], out: 'y' },
      { op: 'MatMul', name: 'qkv', in: ['x', 'many'], out: 'z' },
    ],
    outputs: ['y', 'z'],
  });
  const files = { model: join(scratch, 'small.onnx'), calibration: join(scratch, 'small.npz') };
  const outputs = graph.outputs.map((port) => ({
    ...port,
    proto: { ...port.proto, type: { tensorType: { elemType: 1 } } },
  }));
  await writeOnnxModel(files.model, { ...model, graph: { ...graph, outputs } });
  await writeFile(files.calibration, writeNpz([{ name: 'x', shape: [4, 16], values: new Float32Array(64).fill(1) }]));
  const { deviations, description } = await quantizedFiles({
    model: { path: files.model, name: 'small.onnx' },
    calibration: { path: files.calibration, name: 'small.npz' },
  });
  expect(description.pairs.map(({ tensor }) => tensor)).toEqual(['x', 'many']);
  expect(deviations).toEqual([
    'qkv is quantized; ModelOpt leaves it out: ModelOpt takes the excluded name qk as a prefix, and this name begins with it.',
  ]);
});

test('a method and an FP8 scale that ModelOpt has not are departures', async () => {
  const files = { model: zooFile('mlp.onnx'), calibration: zooFile('mlp.npz') };
  const { deviations } = await quantizedFiles(files, { quantize_mode: 'fp8', fp8_scale: 'amax/448' }, 'percentile');
  expect(deviations).toEqual([
    'Ranges are chosen by percentile; ModelOpt knows max and entropy, and takes max for anything else.',
    'FP8 scales are amax/448; ModelOpt’s are amax·448/127², which uses 36 of the 448 that FP8 reaches.',
  ]);
});

test('a model that holds Q/DQ is refused with their number', async () => {
  await expect(quantized('has-qdq')).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringMatching(/has-qdq\.onnx is quantized already: \d+ of its \d+ nodes quantize or dequantize/),
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { InputFiles } from '#contract/backend.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import type { JsonValue } from '#contract/recipe/recipe.ts';
import { makeInt } from '#engine/formats/onnx/attribute.ts';
import { int64 } from '#engine/formats/onnx/encode.ts';
import type { OnnxAttribute, OnnxModel } from '#engine/formats/onnx/model.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { writeOnnxModel } from '#engine/formats/onnx/write.ts';
import { cutCustom } from '#engine/graph/computable/cut-custom.ts';
import { elementTypes } from '#engine/graph/lint/element-types.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { viewGraph } from '#engine/graph/view.ts';
import { openSession } from '#engine/inference/session.ts';
import { floats } from '#engine/inference/tensor-value.ts';
import { writeNpz } from '#kit/write-npz.ts';
import { modeloptOnnx } from './backend.ts';

const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-custom-'));
afterAll(() => rm(scratch, { recursive: true }));

const channels = 32;
const samples = 4;
const image = [channels, 8, 8] as const;
const values = Float32Array.from({ length: samples * channels * 64 }, (_, i) => Math.sin(i * 0.7) * 2);
const pads: OnnxAttribute = { name: 'pads', type: 7, ints: [1, 1, 1, 1].map(int64) };
const threshold: OnnxAttribute = { name: 'score_threshold', type: 1, f: 0.25 };
const square = [channels, channels, 3, 3];

/** Two convolutions, whose results a custom operator reads; a product behind it, and scores beside it. */
function detector(
  domain: string,
  outputs: readonly string[],
  attributes: readonly OnnxAttribute[] = [threshold],
): OnnxModel {
  const model = smallModel({
    inputs: { x: ['batch', ...image] },
    weights: { w1: square, w2: square, w3: [4, 8], anchors: [1, 4] },
    nodes: [
      { op: 'Conv', name: 'stem', in: ['x', 'w1'], out: 'c1', attributes: [pads] },
      { op: 'Relu', in: ['c1'], out: 'r1' },
      { op: 'Conv', name: 'body', in: ['r1', 'w2'], out: 'c2', attributes: [pads] },
      { op: 'Relu', in: ['c2'], out: 'r2' },
      {
        op: 'EfficientNMS_TRT',
        name: 'nms',
        in: ['r1', 'r2', 'anchors'],
        out: 'count,boxes,rank,classes',
        attributes: [...attributes, { name: 'plugin_version', type: 3, s: Buffer.from('1') }],
      },
      { op: 'MatMul', name: 'head', in: ['boxes', 'w3'], out: 'h' },
      { op: 'Relu', name: 'last', in: ['h'], out: 'found' },
      { op: 'GlobalAveragePool', name: 'pool', in: ['r2'], out: 'p' },
      { op: 'Flatten', in: ['p'], out: 'scores' },
    ],
    outputs,
    opset: 17,
  });
  const nodes = model.graph.nodes.map((node) => (node.name === 'nms' ? { ...node, domain } : node));
  const imported = domain === '' ? [] : [{ domain, version: 1 }];
  return { ...model, opsets: [...model.opsets, ...imported], graph: { ...model.graph, nodes } };
}

async function filesOf(model: OnnxModel): Promise<InputFiles & { evaluation: { path: string; name: string } }> {
  const folder = await mkdtemp(join(scratch, 'in-'));
  const at = (name: string) => ({ path: join(folder, name), name });
  await writeOnnxModel(at('detector.onnx').path, model);
  const data = { name: 'x', shape: [samples, ...image], values };
  const labels = { name: 'labels', shape: [samples], values: BigInt64Array.of(0n, 1n, 2n, 3n) };
  await writeFile(at('samples.npz').path, writeNpz([data]));
  await writeFile(at('labelled.npz').path, writeNpz([data, labels]));
  return { model: at('detector.onnx'), calibration: at('samples.npz'), evaluation: at('labelled.npz') };
}

type Options = Readonly<Record<string, JsonValue>>;
const recipeOf = (options: Options) => ({ ...catalogue['modelopt.onnx'].preset, backend_kwargs: options });

async function quantized(files: InputFiles, options: Options) {
  const recipe = recipeOf(options);
  const outputDir = await mkdtemp(join(scratch, 'out-'));
  const plan = await modeloptOnnx.plan({ recipe, files });
  const report = { progress: () => {}, log: () => {} };
  const signal = new AbortController().signal;
  const findings = await modeloptOnnx.quantize({ recipe, files, plan, outputDir, signal, report });
  const model = await readOnnxModel({ path: join(outputDir, modeloptOnnx.outputName(recipe)), name: 'the result' });
  return { plan, findings, model, read: await readOnnxModel(files.model) };
}

const nodeOf = ({ graph }: OnnxModel, name: string) => graph.nodes.find((node) => node.name === name);
const lacking = (domain: string) => [{ domain, op: 'EfficientNMS_TRT' }];

async function scoresOf(model: OnnxModel): Promise<Float32Array> {
  const session = await openSession(model, { device: 'cpu', name: 'cut' });
  const x = { dtype: 'float32' as const, shape: [samples, ...image], bytes: new Uint8Array(values.buffer) };
  const results = await session.run(new Map([['x', x]]), ['scores']);
  await session.close();
  const scores = results.get('scores');
  return scores ? floats(scores) : new Float32Array();
}

/** All that ONNX Runtime asks of the form of an EfficientNMS_TRT without a domain, for which it has no kernel. */
const whole: readonly OnnxAttribute[] = [
  threshold,
  { name: 'iou_threshold', type: 1, f: 0.5 },
  ...['background_class', 'box_coding', 'max_output_boxes', 'score_activation'].map((name) => makeInt(name, 1)),
];

const cases: readonly {
  readonly domain: string;
  readonly options: Options;
  readonly attributes?: readonly OnnxAttribute[];
}[] = [
  { domain: 'trt.plugins', options: { quantize_mode: 'int8', high_precision_dtype: 'fp32' } },
  { domain: 'trt.plugins', options: { quantize_mode: 'int8', high_precision_dtype: 'fp16' } },
  { domain: '', options: { quantize_mode: 'int8', high_precision_dtype: 'fp16' } },
  { domain: '', options: { quantize_mode: 'int8', high_precision_dtype: 'fp16' }, attributes: whole },
  { domain: 'trt.plugins', options: { quantize_mode: 'int8', high_precision_dtype: 'bf16' } },
  { domain: 'trt.plugins', options: { quantize_mode: 'fp8', high_precision_dtype: 'fp16' } },
  { domain: 'trt.plugins', options: { quantize_mode: 'int8', high_precision_dtype: 'fp16', dq_only: true } },
  { domain: 'trt.plugins', options: { quantize_mode: 'int8', high_precision_dtype: 'fp16', simplify: true } },
];

describe.each(cases)('a custom operator of the domain “$domain” with $options', ({ domain, options, attributes }) => {
  const original = detector(domain, ['found', 'scores', 'rank'], attributes);
  let made: ReturnType<typeof quantized> | undefined;
  const run = async () => {
    made ??= filesOf(original).then((files) => quantized(files, options));
    return made;
  };

  test('is kept as it was, in float32', async () => {
    const { model, read } = await run();
    const given = nodeOf(read, 'nms');
    const kept = nodeOf(model, 'nms');
    const { inputs: _, ...form } = kept ?? {};
    expect(form).toMatchObject({ op: given?.op, domain, outputs: given?.outputs });
    expect(kept?.attributes).toEqual(given?.attributes);
    expect(model.opsets.filter((one) => one.domain === domain)).toHaveLength(1);
    const typeOf = elementTypes(model);
    expect(kept?.inputs.map(typeOf)).toEqual(['float32', 'float32', 'float32']);
    const { producer } = viewGraph(model.graph);
    const makers = kept?.inputs.map((tensor) => producer(tensor)?.op ?? 'none');
    expect(makers).toEqual(
      options.high_precision_dtype === 'fp32' ? ['Relu', 'Relu', 'none'] : ['Cast', 'Cast', 'none'],
    );
  });

  test('leaves float what depends on it, and quantizes what lies before and beside it', async () => {
    const { model } = await run();
    const { producer, initializers } = viewGraph(model.graph);
    const makers = (name: string) => nodeOf(model, name)?.inputs.map((tensor) => producer(tensor)?.op ?? 'none');
    expect(makers('body')).toEqual(['DequantizeLinear', 'DequantizeLinear']);
    expect(makers('head')).toEqual(['EfficientNMS_TRT', 'none']);
    expect(nodeOf(model, 'head')?.inputs[0]).toBe('boxes');
    expect(initializers.has('w3')).toBe(true);
    expect(elementTypes(model)('w3')).toBe('float32');
    expect(model.graph.outputs.map(({ name, dtype }) => `${name} ${dtype}`)).toEqual([
      'found float32',
      'scores float32',
      'rank float32',
    ]);
  });

  test.skipIf(options.high_precision_dtype === 'bf16')(
    'stands behind a graph that computes nearly the same',
    async () => {
      const { model } = await run();
      const [ours, theirs] = await Promise.all(
        [model, original].map((one) => scoresOf(cutCustom(one, lacking(domain)).model)),
      );
      const [error = 1, size = 0] = [ours?.map((value, i) => value - (theirs?.[i] ?? 0)), theirs].map((all) =>
        Math.hypot(...(all ?? [])),
      );
      expect(size).toBeGreaterThan(0);
      expect(error / size).toBeLessThan(0.05);
    },
  );

  test('is told of, with the layers that it costs', async () => {
    const { plan, findings } = await run();
    const title = domain === '' ? 'EfficientNMS_TRT' : 'EfficientNMS_TRT of the domain trt.plugins';
    expect(plan.warnings).toEqual([
      `Kept as they are, since ONNX Runtime cannot compute them: custom operator ${title} (nms). Layers that depend on them and stay in high precision: 1.`,
    ]);
    const reasons = new Map(plan.layers.map(({ name, reason }) => [name, reason]));
    expect(reasons.get('nms')).toBe('ONNX Runtime cannot compute it: the node is kept as it is');
    expect(reasons.get('head')).toBe(
      `it depends on the custom operator ${title} (node nms), which ONNX Runtime cannot compute`,
    );
    expect(findings.deviations).toEqual([expect.stringContaining('ModelOpt computes it in TensorRT')]);
    expect(findings.lint?.findings.filter(({ rule }) => rule === 'Q29')).toMatchObject([
      { level: 'info', node: 'nms' },
    ]);
  });
});

test('inputs and outputs in low precision have Casts between them and it', async () => {
  const { model } = await quantized(await filesOf(detector('trt.plugins', ['found', 'rank'])), {
    direct_io_types: true,
  });
  const typeOf = elementTypes(model);
  expect(nodeOf(model, 'nms')?.inputs.map(typeOf)).toEqual(['float32', 'float32', 'float32']);
  expect(model.graph.outputs.map(({ name, dtype }) => `${name} ${dtype}`)).toEqual(['found float16', 'rank float16']);
  const { producer } = viewGraph(model.graph);
  expect(['found', 'rank'].map((output) => producer(output)?.op)).toEqual(['Cast', 'Cast']);
});

test('evaluation is left out, and said to be, where the output that is compared depends on it', async () => {
  const files = await filesOf(detector('trt.plugins', ['found', 'scores']));
  const { findings } = await quantized(files, {});
  expect(findings.evaluation).toBeNull();
  expect(findings.warnings).toEqual([
    'Accuracy is not measured: the output found depends on the custom operator EfficientNMS_TRT of the domain trt.plugins (node nms), which ONNX Runtime cannot compute.',
  ]);
});

test('evaluation measures an output beside it', async () => {
  const { findings } = await quantized(await filesOf(detector('trt.plugins', ['scores', 'found'])), {});
  expect(findings.evaluation).toMatchObject({ float: { total: samples }, quantized: { total: samples } });
});

function onlyCustom(): OnnxModel {
  const model = detector('trt.plugins', ['count']);
  const nodes = model.graph.nodes.filter(({ name }) => name === 'nms').map((node) => ({ ...node, inputs: ['x'] }));
  return { ...model, graph: { ...model.graph, nodes } };
}

const refusals: readonly { what: string; model: OnnxModel; options: Options; remedy: RegExp }[] = [
  {
    what: 'under compat, which says so',
    model: detector('trt.plugins', ['found']),
    options: { compat: 'modelopt-0.47' },
    remedy: /Without compat/,
  },
  {
    what: 'where nothing else is to be quantized',
    model: onlyCustom(),
    options: {},
    remedy: /without EfficientNMS_TRT/,
  },
];

test.each(refusals)('a model is refused $what', async ({ model, options, remedy }) => {
  const files = await filesOf(model);
  await expect(modeloptOnnx.plan({ recipe: recipeOf(options), files })).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringMatching(
      /^detector\.onnx has the custom operator EfficientNMS_TRT of the domain trt\.plugins/,
    ),
    remedy: expect.stringMatching(remedy),
  });
});

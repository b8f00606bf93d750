import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InputFiles } from '#contract/backend.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { writeOnnxModel } from '#engine/formats/onnx/write.ts';
import { lintModel } from '#engine/graph/lint/lint.ts';
import { toHalf } from '#engine/graph/precision/to-half.ts';
import { demoFile } from '#kit/demo-file.ts';
import { parityFile } from '#kit/parity-net.ts';
import { modeloptPytorch } from '../backend.ts';
import { exportName } from './export-name.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-export-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const recipeWith = (kwargs: Recipe['backend_kwargs'], changes: Partial<Recipe> = {}): Recipe => {
  return { ...catalogue['modelopt.pytorch'].preset, backend_kwargs: { export_onnx: true, ...kwargs }, ...changes };
};

async function exported(files: InputFiles, recipe: Recipe) {
  const outputDir = await mkdtemp(join(scratch, 'run-'));
  const plan = await modeloptPytorch.plan({ recipe, files });
  const report = { progress: () => {}, log: () => {} };
  const { signal } = new AbortController();
  const findings = await modeloptPytorch.quantize({ recipe, files, plan, outputDir, report, signal });
  const names = (await readdir(outputDir)).sort();
  const read = () => readOnnxModel({ path: join(outputDir, exportName), name: exportName });
  return { findings, names, read };
}

const demo = (name: string): InputFiles => ({
  model: demoFile(`${name}.pth`),
  graph: demoFile(`${name}.onnx`),
  calibration: demoFile('calibration.npz'),
});

const parity = (net: string): InputFiles => ({
  model: parityFile(`${net}.pth`),
  graph: parityFile(`${net}.folded.onnx`),
  calibration: parityFile(`${net}.calibration.npz`),
});

test.each(['digits-cnn', 'digits-vit'])(
  '%s: the Q/DQ model lies beside the .pth, and lint finds no error in it',
  async (net) => {
    const { findings, names, read } = await exported(demo(net), recipeWith({}));
    expect(names).toEqual(['quantized_model_modelopt.pytorch.onnx', 'quantized_model_modelopt.pytorch.pth']);
    const model = await read();
    expect(lintModel(model, exportName)).toEqual(findings.lint);
    expect(findings.lint).toMatchObject({ counts: { errors: 0 }, trtexec: expect.stringContaining(exportName) });
    expect(model.rest.producerName).toBe('zeropoint');
  },
);

test('without export_onnx there is the .pth alone', async () => {
  const { findings, names } = await exported(demo('digits-cnn'), recipeWith({ export_onnx: false }));
  expect(names).toEqual(['quantized_model_modelopt.pytorch.pth']);
  expect(findings.lint).toBeUndefined();
});

test('weights alone are exported without calibration data', async () => {
  const { calibration: _, ...files } = demo('digits-cnn');
  const { read } = await exported(files, recipeWith({}, { mode: 'weight_only_ptq' }));
  const { graph } = await read();
  const weights = new Set(graph.initializers.map(({ name }) => name));
  const quantized = graph.nodes.filter(({ op }) => op === 'QuantizeLinear').map(({ inputs }) => inputs[0] ?? '');
  expect(quantized.length).toBeGreaterThan(0);
  expect(quantized.filter((tensor) => !weights.has(tensor))).toEqual([]);
});

test('FP8 and folded BatchNorm are told as deviations', async () => {
  const { findings } = await exported(parity('convbn'), recipeWith({ preset: 'FP8_DEFAULT_CFG' }));
  expect(findings.deviations).toEqual([
    expect.stringMatching(/FLOAT8E4M3FN.*session\.disable_quant_qdq = 1.*ReluQuantRewrite off/),
    expect.stringMatching(/BatchNorm folded into stem, layer1\.0\.conv1/),
    expect.stringMatching(/rounds the weight of stem, .* otherwise than the \.pth/),
  ]);
});

test('a transposed convolution has its scales where ModelOpt has them, and the run says what TensorRT wants', async () => {
  const { findings } = await exported(parity('unet'), recipeWith({}));
  expect(findings.warnings).toContainEqual(expect.stringMatching(/input channel of up2 and up1.*quant_axis null/));
  expect(findings.lint?.findings[0]).toMatchObject({ rule: 'Q06', level: 'error', count: 2 });
  const mended = {
    module_name: 'ConvTranspose2d',
    weights: { dtype: 'int8', quant_axis: null },
    activations: { dtype: 'int8' },
  } as const;
  const again = await exported(parity('unet'), recipeWith({ preset: 'INT8_DEFAULT_CFG' }, { layers: [mended] }));
  expect(again.findings.lint?.counts.errors).toBe(0);
});

test('quantizers inside recurrent nodes have no pairs, and the run names them', async () => {
  const { findings } = await exported(parity('rnn'), recipeWith({}));
  expect(findings.warnings).toContainEqual(
    expect.stringMatching(/no pairs for lstm\.layer_0_input_quantizer, .*: a recurrent node keeps the states/),
  );
});

/** A companion that was changed after the export, in a file of its own. */
async function changed(net: string, change: (model: OnnxModel) => OnnxModel): Promise<InputFiles> {
  const files = parity(net);
  if (!files.graph) throw new Error(`${net} has no companion`);
  const name = `${net}.changed.onnx`;
  const path = join(await mkdtemp(join(scratch, 'changed-')), name);
  await writeOnnxModel(path, change(await readOnnxModel(files.graph)));
  return { ...files, graph: { path, name } };
}

test.each(['float16', 'bfloat16'] as const)(
  'a companion in %s is exported in float32 with the checkpoint’s weights, and the run says so',
  async (dtype) => {
    const half = { dtype, keptOps: new Set<string>(), directIo: true, typeOf: () => 'float32' as const, compat: null };
    const { findings, read } = await exported(await changed('convbn', (model) => toHalf(model, half)), recipeWith({}));
    expect(findings.warnings).toContainEqual(expect.stringMatching(/^The Q\/DQ model is in float32/));
    expect(findings.lint?.counts.errors).toBe(0);
    const { graph } = await read();
    const types = new Set([...graph.inputs, ...graph.outputs, ...graph.initializers].map((one) => one.dtype));
    expect([...types].filter((type) => type === 'float16' || type === 'bfloat16')).toEqual([]);
  },
);

test('a domain that the companion does not import is imported by what is exported', async () => {
  const gelu = (model: OnnxModel): OnnxModel => ({
    ...model,
    graph: {
      ...model.graph,
      nodes: model.graph.nodes.map((node) =>
        node.op === 'Relu' ? { ...node, op: 'QuickGelu', domain: 'com.microsoft' } : node,
      ),
    },
  });
  const files = await changed('convbn', gelu);
  const recipe = recipeWith({});
  const { warnings } = await modeloptPytorch.plan({ recipe, files });
  expect(warnings).toContain(
    'convbn.changed.onnx has operators of com.microsoft and imports no opset for them, so that ONNX calls it invalid: version 1 is taken.',
  );
  const { findings, read } = await exported(files, recipe);
  expect((await read()).opsets).toContainEqual({ domain: 'com.microsoft', version: 1 });
  expect(findings.lint?.findings.map(({ message }) => message).filter((one) => /opset/.test(one))).toEqual([]);
});

test('without a graph there is nothing to put pairs into, which the plan says', async () => {
  const files = { model: demoFile('digits-cnn.pth') };
  await expect(
    modeloptPytorch.plan({ files, recipe: recipeWith({}, { mode: 'weight_only_ptq' }) }),
  ).rejects.toMatchObject({
    code: 'GRAPH_MISSING',
    message: expect.stringMatching(/^export_onnx writes the network around digits-cnn\.pth/),
    remedy: expect.stringContaining('torch.onnx.export'),
  });
});

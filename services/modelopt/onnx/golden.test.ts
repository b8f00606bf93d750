import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InputFiles } from '#contract/backend.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { type OnnxModel, standardOpset } from '#engine/formats/onnx/model.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { demoFile } from '#kit/demo-file.ts';
import { modeloptOnnx } from './backend.ts';
import { type QuantizedEdge, quantizedEdges } from './quantized-edges.fixture.ts';

/** Edges and scales that ModelOpt 0.47.0 itself made of the same files (test/golden/make_modelopt_onnx.py). */
type Golden = {
  opset: number;
  ir: number;
  edges: (Omit<QuantizedEdge, 'scale'> & { channels: number | null; scale: string })[];
};

const zoo = ['bert', 'constants', 'convnext', 'densenet', 'efficientnet', 'gemv', 'tied', 'vit-op13'];
const cases = [
  ...['digits-cnn', 'digits-vit'].map((name) => ({
    name,
    files: { model: demoFile(`${name}.onnx`), calibration: demoFile('calibration.npz') },
  })),
  ...zoo.map((name) => ({ name, files: { model: zooFile(`${name}.onnx`), calibration: zooFile(`${name}.npz`) } })),
];

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-golden-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe.each(cases)('$name', ({ name, files }) => {
  let golden: Golden;
  let model: OnnxModel;
  let edges: QuantizedEdge[];

  beforeAll(async () => {
    golden = JSON.parse(await readFile(repositoryFile(`test/golden/modelopt-onnx/${name}.json`), 'utf8'));
    model = await quantized(files, scratch);
    edges = quantizedEdges(model);
  });

  test('the same edges read a DequantizeLinear, along the same axes', () => {
    const place = ({ output, op, input, tensor, axis }: Omit<QuantizedEdge, 'scale'>) => ({
      output,
      op,
      input,
      tensor,
      axis,
    });
    expect(edges.map(place)).toEqual(golden.edges.map(place).sort(byPlace));
    expect({ opset: standardOpset(model), ir: model.irVersion }).toEqual({ opset: golden.opset, ir: golden.ir });
  });

  test('weight scales are equal bit for bit', () => {
    const channels = edges.filter(({ axis }) => axis !== null);
    const expected = golden.edges.filter(({ axis }) => axis !== null).sort(byPlace);
    expect(channels.map(({ scale }) => sha256(scale))).toEqual(expected.map(({ scale }) => scale));
  });

  test('activation scales are equal within 1e-5', () => {
    const expected = golden.edges.sort(byPlace);
    const wrong = edges.flatMap((edge, index) => {
      const theirs = edge.axis === null ? Buffer.from(expected[index]?.scale ?? '', 'hex').readFloatLE(0) : null;
      const ours = edge.scale[0] ?? 0;
      return theirs === null || Math.abs(ours - theirs) <= 1e-5 * theirs ? [] : [{ tensor: edge.tensor, ours, theirs }];
    });
    expect(wrong).toEqual([]);
  });
});

async function quantized(files: InputFiles, folder: string): Promise<OnnxModel> {
  const recipe = catalogue['modelopt.onnx'].preset;
  const outputDir = await mkdtemp(join(folder, 'out-'));
  const plan = await modeloptOnnx.plan({ recipe, files });
  const report = { progress: () => {}, log: () => {} };
  await modeloptOnnx.quantize({ recipe, files, plan, outputDir, signal: new AbortController().signal, report });
  return readOnnxModel({ path: join(outputDir, modeloptOnnx.outputName(recipe)), name: 'the output' });
}

function byPlace(a: { output: string; input: number }, b: { output: string; input: number }): number {
  return a.output < b.output ? -1 : a.output > b.output ? 1 : a.input - b.input;
}

function sha256(values: Float32Array): string {
  return createHash('sha256')
    .update(Buffer.from(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');
}

function repositoryFile(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

function zooFile(name: string): InputFiles['model'] {
  return { path: repositoryFile(`test/fixtures/onnx-zoo/${name}`), name };
}

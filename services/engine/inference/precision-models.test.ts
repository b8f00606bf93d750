import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { elementCount } from '#engine/formats/element-count.ts';
import type { OnnxModel, OnnxPort } from '#engine/formats/onnx/model.ts';
import { parseOnnxModel } from '#engine/formats/onnx/read.ts';
import { removeUnused } from '#engine/graph/insert/remove-unused.ts';
import { castAttention } from '#engine/graph/precision/cast-attention.ts';
import { foldWeights } from '#engine/graph/precision/fold-weights.ts';
import { toFloat8 } from '#engine/graph/precision/to-float8.ts';
import { toHalf } from '#engine/graph/precision/to-half.ts';
import { inferTypes } from './infer-types.ts';
import { openSession } from './session.ts';
import type { TensorValue } from './tensor-value.ts';

const session = { device: 'cpu', name: 'the model' } as const;
const half = (model: OnnxModel) => inHalf(model, []);

/** Models with Q/DQ in float32, for which the runtime has a kernel in float16 or can put Casts around its own. */
const changes: Readonly<Record<string, (model: OnnxModel) => Promise<OnnxModel>>> = {
  'in float16': half,
  'in float16 without products': (model) => inHalf(model, ['MatMul', 'Conv', 'Softmax']),
  'with folded weights': async (model) => foldWeights(model),
  'in float16 with folded weights': async (model) => foldWeights(await half(model)),
  'in FP8 over its whole range': async (model) => toFloat8(model, { scale: 'amax/448', compat: null }),
  'in FP8, float16 and folded, attention in float32': async (model) =>
    foldWeights(toFloat8(castAttention(await half(model)), { scale: 'amax/448', compat: null })),
};

test.each(
  ['tied', 'longseq', 'bert', 'edge-values'].flatMap((name) =>
    Object.keys(changes).map((change) => [name, change] as const),
  ),
)('%s %s runs and computes nearly the same', async (name, change) => {
  const path = fileURLToPath(new URL(`../../../test/golden/onnx-precision/${name}.onnx`, import.meta.url));
  const model = parseOnnxModel(readFileSync(path), name);
  const changed = await changes[change]?.(model);
  if (!changed) throw new Error(change);
  // INT8 rounds the long attention of one of them to nothing, so FP8 is compared with FP8 of the other scale.
  const like = change.includes('FP8') ? toFloat8(model, { scale: 'modelopt', compat: null }) : model;
  const [before, after] = [await outputOf(like), await outputOf({ ...changed, graph: removeUnused(changed.graph) })];
  expect(decibels(before, after)).toBeGreaterThan(change.includes('FP8') ? 12 : 30);
});

async function inHalf(model: OnnxModel, kept: readonly string[]): Promise<OnnxModel> {
  const types = await inferTypes(model, [...new Set(model.graph.nodes.flatMap((node) => node.outputs))], session);
  const typeOf = (tensor: string) => types.get(tensor) ?? null;
  return toHalf(model, { dtype: 'float16', keptOps: new Set(kept), directIo: false, typeOf, compat: null });
}

async function outputOf(model: OnnxModel): Promise<Float32Array> {
  const opened = await openSession(model, session);
  const feeds = new Map(model.graph.inputs.map((port) => [port.name, feedFor(port)]));
  const [output = ''] = opened.outputNames;
  const { bytes } = (await opened.run(feeds, [output])).get(output) ?? { bytes: new Uint8Array() };
  await opened.close();
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

function feedFor({ dtype, shape }: OnnxPort): TensorValue {
  const sizes = (shape ?? []).map((size) => (typeof size === 'number' ? size : 2));
  const length = elementCount(sizes);
  const values =
    dtype === 'int64'
      ? BigInt64Array.from({ length }, (_, i) => BigInt(i % 2))
      : Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7) * 1.5);
  return { dtype: dtype === 'int64' ? 'int64' : 'float32', shape: sizes, bytes: new Uint8Array(values.buffer) };
}

/** Signal to noise. */
function decibels(signal: Float32Array, other: Float32Array): number {
  const power = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  return 10 * Math.log10(power(signal) / power(signal.map((value, i) => value - (other[i] ?? Number.NaN))));
}

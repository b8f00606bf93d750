import { describe, expect, test } from 'vitest';
import { companionKinds, expectedOf, type ParityNet, parityFile, parityNets } from '#kit/parity-net.ts';
import { openNpz } from '../../formats/npz/open.ts';
import { heldTensors } from '../../formats/onnx/held-tensors.fixture.ts';
import type { OnnxModel } from '../../formats/onnx/model.ts';
import { readOnnxModel } from '../../formats/onnx/read.ts';
import { openCheckpoint } from '../../formats/pth/open.ts';
import { openSession } from '../../inference/session.ts';
import { floats, type TensorValue } from '../../inference/tensor-value.ts';
import { matchCompanion } from '../match-companion.ts';
import { expectedQuantization } from './expected-quantization.fixture.ts';
import { quantizedGraph } from './quantized-graph.ts';

/** Of the root mean square of the quantization error: how far our answers may be from real ModelOpt's. */
const allowed = 0.8;
/** Rounding does not go on evenly: last bits that differ may turn a few values the other way. Usual are 1e-6 to 1e-5. */
const usual = 1e-4;
/** A graph with folded BatchNorms does not show what they are called with, which TAO's rule for Linear rounds too. */
const allowedWithoutNorms = 0.9;

describe.each(parityNets)('%s', async (net) => {
  const { cases } = await expectedOf(net);
  test.each(Object.entries(companionKinds))('%s: the fake-quantized graph answers as ModelOpt does', async (_, end) => {
    const file = parityFile(`${net}.pth`);
    const checkpoint = await openCheckpoint(file.path, file.name);
    const graph = parityFile(`${net}${end}`);
    const companion = await matchCompanion(checkpoint, await readOnnxModel(graph), graph.name);
    const feeds = await arraysOf(net, 'evaluation');
    const expected = await arraysOf(net, 'outputs');
    const float = expected.get('float');
    const ratios = new Map<string, number>();
    const allow = new Map<string, number>();
    for (const given of Object.keys(cases)) {
      const changes = await expectedQuantization(net, given, checkpoint);
      const { model } = await quantizedGraph(companion, changes, heldTensors);
      const ours = await answer(model, feeds);
      const theirs = expected.get(given);
      if (!float || !theirs) throw new Error(`${net} has no outputs of ${given}`);
      ratios.set(given, distance(ours, floats(theirs)) / distance(floats(float), floats(theirs)));
      const shown = new Set(companion.modules.filter(({ inputs }) => inputs.length > 0).map(({ name }) => name));
      const isWhole = changes.inputs.every(({ module }) => shown.has(module));
      allow.set(given, isWhole ? allowed : allowedWithoutNorms);
    }
    await checkpoint.close();
    const far = [...ratios].filter(([given, ratio]) => !(ratio <= (allow.get(given) ?? allowed)));
    expect(far).toEqual([]);
    const unusual = [...ratios].filter(([given, ratio]) => ratio > usual && allow.get(given) === allowed);
    expect(unusual.length).toBeLessThan(ratios.size / 3);
  });
});

async function arraysOf(net: ParityNet, which: 'evaluation' | 'outputs'): Promise<Map<string, TensorValue>> {
  const { path, name } = parityFile(`${net}.${which}.npz`);
  const npz = await openNpz(path, name);
  try {
    const arrays = new Map<string, TensorValue>();
    for (const { name: array, dtype, shape } of npz.arrays) {
      arrays.set(array, { dtype, shape, bytes: await npz.readRows(array, 0, shape[0] ?? 0) });
    }
    return arrays;
  } finally {
    await npz.close();
  }
}

async function answer(model: OnnxModel, feeds: ReadonlyMap<string, TensorValue>): Promise<Float32Array> {
  const session = await openSession(model, { device: 'cpu', name: 'the quantized graph', kernels: 'fastest' });
  try {
    const [output = ''] = session.outputNames;
    const value = (await session.run(feeds, [output])).get(output);
    return value ? Float32Array.from(floats(value)) : new Float32Array();
  } finally {
    await session.close();
  }
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, i) => value - (b[i] ?? Number.NaN)));
}

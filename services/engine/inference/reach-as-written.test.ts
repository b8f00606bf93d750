import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { openDataset } from './dataset.ts';
import { observe } from './observe.ts';
import { reachExactly } from './reach-as-written.ts';
import type { KernelChoice } from './session.ts';

test.each([
  { what: 'a last place less', values: [1, -1.9999999, 0], reach: 2, becomes: [1, -2, 0] },
  { what: 'a last place more', values: [2.0000002, 1, -2.0000005], reach: 2, becomes: [2, 1, -2] },
  { what: 'the same', values: [2, -1], reach: 2, becomes: [2, -1] },
  { what: 'something else', values: [2, -1], reach: 2.1, becomes: [2, -1] },
  { what: 'nothing', values: [0, 0], reach: 0, becomes: [0, 0] },
])('values that reach $what than as written', ({ values, reach, becomes }) => {
  const computed = Float32Array.from(values);
  reachExactly(computed, reach);
  expect(computed).toEqual(Float32Array.from(becomes));
});

test('a value that is not finite is left for whoever refuses it', () => {
  const computed = Float32Array.of(1, Number.NaN, Number.POSITIVE_INFINITY);
  reachExactly(computed, 2);
  expect(computed).toEqual(Float32Array.of(1, Number.NaN, Number.POSITIVE_INFINITY));
});

/** Of networks whose Relus make zeros that a last bit puts below or above the middle, whichever samples come first. */
test.each(['resnet-bn', 'unet'])('entropy of %s has the ranges of the graph as written', async (name) => {
  const model = await readOnnxModel(fixture(`${name}.onnx`));
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const [written, fused] = [
      await entropy('as written', { name, model, seed }),
      await entropy('fastest', { name, model, seed }),
    ];
    for (const [tensor, { max }] of written)
      expect(Math.abs((fused.get(tensor)?.max ?? 0) / max - 1), tensor).toBeLessThan(1e-5);
  }
});

function fixture(name: string) {
  return { path: fileURLToPath(new URL(`../../../test/fixtures/onnx-zoo/${name}`, import.meta.url)), name };
}

async function entropy(
  kernels: KernelChoice,
  { name, model, seed }: { readonly name: string; readonly model: OnnxModel; readonly seed: number },
) {
  const { nodes, inputs } = model.graph;
  const tensors = nodes.filter(({ op }) => op === 'Relu').flatMap(({ outputs }) => outputs);
  const dataset = await openDataset({ file: fixture(`${name}.npz`), ports: inputs, draw: { most: 12, seed } });
  try {
    const rest = { device: 'cpu', name, kernels, dataset, signal: new AbortController().signal, onProgress: () => {} };
    return (await observe(model, { tensors, groups: [], method: { kind: 'entropy' } }, rest)).ranges;
  } finally {
    await dataset.close();
  }
}

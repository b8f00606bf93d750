import { describe, expect, it } from 'vitest';
import { makeInts } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { lintModel } from '#engine/graph/lint/lint.ts';
import { simplify } from '#engine/graph/prepare/simplify/simplify.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { evaluateConstants } from './evaluate-constants.ts';
import { inferShapes } from './infer-shapes.ts';
import { openSession } from './session.ts';
import type { TensorValue } from './tensor-value.ts';

const zoo = new URL('../../../test/fixtures/onnx-zoo/', import.meta.url).pathname;
const device = 'cpu';

async function simplified(model: OnnxModel): Promise<OnnxModel> {
  const measured = model.graph.nodes.flatMap(({ op, inputs }) => (op === 'Shape' ? inputs.slice(0, 1) : []));
  return simplify(model, {
    evaluate: (constants) => evaluateConstants(constants, 'm'),
    shapes: await inferShapes(model, measured, { device, name: 'm' }),
  });
}

function counts({ graph }: OnnxModel): Readonly<Record<string, number>> {
  const all = new Map<string, number>();
  for (const { op } of graph.nodes) all.set(op, (all.get(op) ?? 0) + 1);
  return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function outputsOf(model: OnnxModel): Promise<ReadonlyMap<string, TensorValue>> {
  const session = await openSession(model, { device, name: 'm' });
  const feeds = new Map(model.graph.inputs.map((port) => [port.name, valuesFor(port.shape ?? [])]));
  const outputs = await session.run(feeds, session.outputNames);
  await session.close();
  return outputs;
}

function valuesFor(open: readonly (number | string | null)[]): TensorValue {
  const shape = open.map((size) => (typeof size === 'number' ? size : 2));
  const length = shape.reduce((product, size) => product * size, 1);
  const values = Float32Array.from({ length }, (_, index) => Math.sin(index * 0.7));
  return { dtype: 'float32', shape, bytes: new Uint8Array(values.buffer) };
}

async function expectSameOutputs(before: OnnxModel, after: OnnxModel): Promise<void> {
  const [wanted, got] = [await outputsOf(before), await outputsOf(after)];
  expect([...got.keys()]).toEqual([...wanted.keys()]);
  for (const [name, value] of wanted) {
    const [a, b] = [value, got.get(name) ?? expect.fail(name)].map(
      ({ bytes }) => new Float32Array(Uint8Array.from(bytes).buffer),
    );
    const most = Math.max(...(a ?? []).map(Math.abs));
    expect(Math.max(...(a ?? []).map((one, index) => Math.abs(one - (b?.[index] ?? Number.NaN))))).toBeLessThan(
      most * 1e-5,
    );
  }
}

describe('a simplified network', () => {
  it.each([
    { file: 'constants.onnx', gone: ['Constant', 'Identity'] },
    { file: 'efficientnet.onnx', gone: ['BatchNormalization'] },
    { file: 'vit-op13.onnx', gone: ['Constant', 'ConstantOfShape'] },
    { file: 'gemv.onnx', gone: [] },
  ])('computes the same as $file, without $gone', async ({ file, gone }) => {
    const model = await readOnnxModel({ path: zoo + file, name: file });
    const after = await simplified(model);
    expect(gone.filter((op) => !(op in counts(model)))).toEqual([]);
    expect(gone.filter((op) => op in counts(after))).toEqual([]);
    await expectSameOutputs(model, after);
  });

  it('keeps outputs under their names, and what a graph says twice once', async () => {
    const model = smallModel({
      inputs: { x: [2, 3] },
      weights: { w: [3], same: [3] },
      nodes: [
        { op: 'Dropout', in: ['x'], out: 'dropped' },
        { op: 'Identity', in: ['dropped'], out: 'passed' },
        { op: 'Add', in: ['passed', 'w'], out: 'a' },
        { op: 'Add', in: ['a', 'same'], out: 'b' },
        { op: 'Identity', in: ['b'], out: 'y' },
        { op: 'Relu', in: ['a'], out: 'unused' },
      ],
      outputs: ['y'],
    });
    const after = await simplified(model);
    expect(after.graph.nodes.map(({ op, inputs, outputs }) => [op, ...inputs, ...outputs])).toEqual([
      ['Add', 'x', 'w', 'a'],
      ['Add', 'a', 'w', 'b'],
      ['Identity', 'b', 'y'],
    ]);
    await expectSameOutputs(model, after);
  });

  it('takes a batch normalization in under a name that no other weight has', async () => {
    const model = smallModel({
      inputs: { x: [1, 1, 2, 2] },
      weights: { w: [1, 1, 1, 1], gamma: [1], beta: [1], mean: [1], variance: [1], n_weight: [1] },
      nodes: [
        { op: 'Conv', in: ['x', 'w'], out: 'c' },
        { op: 'BatchNormalization', in: ['c', 'gamma', 'beta', 'mean', 'variance'], out: 'n' },
        { op: 'Add', in: ['n', 'n_weight'], out: 'y' },
      ],
      outputs: ['y'],
    });
    const after = await simplified(model);
    expect(counts(after)).toEqual({ Add: 1, Conv: 1 });
    await expectSameOutputs(model, after);
  });

  it.each(['constructor', 'toString'])('is left to the runtime where an operator is called %s', async (op) => {
    const constant = { op: 'Constant', in: [], out: 'c', attributes: [{ ...makeInts(op, [1]) }] };
    const model = smallModel({ nodes: [constant, { op, in: ['x', 'c'], out: 'y' }], outputs: ['y'] });
    const after = await simplify(model, { evaluate: () => expect.fail('nothing is computed') });
    expect(after.graph.nodes).toEqual(model.graph.nodes);
    expect(lintModel(after, 'm').pairs).toBe(0);
  });

  it('is left alone where constants would become a large tensor', async () => {
    const model = smallModel({
      inputs: { x: [1] },
      nodes: [
        { op: 'Constant', in: [], out: 'shape', attributes: [{ ...makeInts('value_ints', [1_000_000, 1_000_000]) }] },
        { op: 'ConstantOfShape', in: ['shape'], out: 'huge' },
        { op: 'Add', in: ['x', 'huge'], out: 'y' },
      ],
      outputs: ['y'],
    });
    const after = await simplify(model, { evaluate: () => expect.fail('nothing is computed') });
    expect(counts(after)).toEqual({ Add: 1, ConstantOfShape: 1 });
  });
});

import { expect, test } from 'vitest';
import { makeInts } from '#engine/formats/onnx/attribute.ts';
import { makeTensor, tensorFloats } from '#engine/formats/onnx/tensor.ts';
import { smallModel } from '../small-graph.fixture.ts';
import { storeWeights } from './store-weights.ts';

const values = Float32Array.of(1, 2, 3, 4, 5, 6);
const { proto } = makeTensor({ name: '', dtype: 'float32', shape: [2, 3] }, new Uint8Array(values.buffer));
const constant = { op: 'Constant', in: [], out: 'c', attributes: [{ name: 'value', type: 4, t: proto }] } as const;

test.each([
  { what: 'a Constant node', nodes: [], shape: [2, 3], stored: [1, 2, 3, 4, 5, 6] },
  { what: 'an Identity', nodes: [{ op: 'Identity', in: ['c'], out: 'd' }], shape: [2, 3], stored: [1, 2, 3, 4, 5, 6] },
  {
    what: 'a Transpose',
    nodes: [{ op: 'Transpose', in: ['c'], out: 'd', attributes: [makeInts('perm', [1, 0])] }],
    shape: [3, 2],
    stored: [1, 4, 2, 5, 3, 6],
  },
  {
    what: 'two Transposes',
    nodes: [
      { op: 'Transpose', in: ['c'], out: 't' },
      { op: 'Transpose', in: ['t'], out: 'd' },
    ],
    shape: [2, 3],
    stored: [1, 2, 3, 4, 5, 6],
  },
])('a weight behind $what becomes an initializer under its name', ({ nodes, shape, stored }) => {
  const weight = nodes.at(-1)?.out ?? 'c';
  const product = { op: 'MatMul', in: ['x', weight], out: 'y' };
  const result = storeWeights(smallModel({ nodes: [constant, ...nodes, product], outputs: ['y'] }));
  const { graph } = result.model;
  expect(graph.nodes.map(({ op }) => op)).toEqual(['MatMul']);
  expect(graph.initializers.map((tensor) => ({ name: tensor.name, shape: tensor.shape }))).toEqual([
    { name: weight, shape },
  ]);
  expect([...tensorFloats(graph.initializers[0] ?? expect.fail())]).toEqual(stored);
  expect(result.stored).toMatchObject([{ node: 'MatMul_y', weight, behind: expect.arrayContaining(['Constant']) }]);
});

test('what is computed from an input, a vector and a graph output stay as they are', () => {
  const model = smallModel({
    nodes: [
      constant,
      { op: 'Add', in: ['x', 'c'], out: 'a' },
      { op: 'MatMul', in: ['x', 'a'], out: 'y' },
      { op: 'Identity', in: ['c'], out: 'kept' },
      { op: 'MatMul', in: ['x', 'kept'], out: 'z' },
    ],
    outputs: ['y', 'z', 'kept'],
  });
  expect(storeWeights(model)).toEqual({ model, stored: [] });
});

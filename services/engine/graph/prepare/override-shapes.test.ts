import { describe, expect, it } from 'vitest';
import { encodeModel } from '#engine/formats/onnx/encode.ts';
import { parseOnnxModel } from '#engine/formats/onnx/read.ts';
import { smallModel } from '../small-graph.fixture.ts';
import { overrideShapes } from './override-shapes.ts';

const small = smallModel({
  inputs: { x: ['n', 3, 'h', 'h'], ids: ['n', 7] },
  nodes: [
    { op: 'Relu', in: ['x'], out: 'y' },
    { op: 'Neg', in: ['ids'], out: 'z' },
  ],
  outputs: ['y', 'z'],
});
const declared = { dim: [{ dimParam: 'n' }, { dimParam: 'other' }] };
const model = {
  ...small,
  graph: {
    ...small.graph,
    valueInfo: [
      {
        name: 'y',
        dtype: 'float32' as const,
        shape: ['n', 'other'],
        proto: { name: 'y', type: { tensorType: { elemType: 1, shape: declared } } },
      },
    ],
  },
};
const shapes = (entries: Readonly<Record<string, readonly number[]>>) => new Map(Object.entries(entries));

describe('fixed shapes', () => {
  it('stand in the file wherever the dimension has its name, and nowhere else', () => {
    const fixed = overrideShapes(model, shapes({ x: [4, 3, 32, 32] }), 'm.onnx');
    const { graph } = parseOnnxModel(encodeModel(fixed), 'm.onnx');
    expect(graph.inputs.map(({ shape }) => shape)).toEqual([
      [4, 3, 32, 32],
      [4, 7],
    ]);
    expect(graph.valueInfo.map(({ shape }) => shape)).toEqual([[4, 'other']]);
  });

  it('change nothing where none are given', () => {
    expect(overrideShapes(model, new Map(), 'm.onnx')).toBe(model);
  });

  it.each([
    { given: { image: [1] }, says: 'override_shapes gives a shape for image, which is no input of m.onnx.' },
    { given: { ids: [4] }, says: 'override_shapes gives ids the shape 4, and m.onnx takes n×7.' },
    { given: { x: [4, 1, 8, 8] }, says: 'override_shapes gives x the shape 4×1×8×8, and m.onnx takes n×3×h×h.' },
    { given: { x: [4, 3, 8, 9] }, says: 'override_shapes makes the dimension h of m.onnx 8 in x and 9 in x.' },
    {
      given: { x: [4, 3, 8, 8], ids: [5, 7] },
      says: 'override_shapes makes the dimension n of m.onnx 4 in x and 5 in ids.',
    },
  ])('are refused where they do not fit: $says', ({ given, says }) => {
    const all = new Map(Object.entries(given).map(([name, shape]) => [name, shape as readonly number[]]));
    expect(() => overrideShapes(model, all, 'm.onnx')).toThrow(says);
  });
});

import { expect, test } from 'vitest';
import { makeInt } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { raiseOpset } from '#engine/graph/prepare/raise-opset.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { openSession } from './session.ts';

const shape = [2, 6, 4, 5];
const groups = 3;
const x = Float32Array.from({ length: 240 }, (_, index) => Math.sin(index * 1.7) * 3 + index / 100);
const scale = Float32Array.of(0.5, -1, 1.5);
const bias = Float32Array.of(0.25, 2, -3);
const bytes = (values: Float32Array) => new Uint8Array(values.slice().buffer);

/** By the definition of opset 18: a scale and a bias for each group. */
function expected(): number[] {
  const perGroup = 40;
  return Array.from(x, (value, index) => {
    const start = Math.floor(index / perGroup) * perGroup;
    const values = [...x.subarray(start, start + perGroup)];
    const mean = values.reduce((sum, one) => sum + one, 0) / perGroup;
    const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / perGroup;
    const group = (start / perGroup) % groups;
    return ((value - mean) / Math.sqrt(variance + 1e-5)) * (scale[group] ?? 0) + (bias[group] ?? 0);
  });
}

type Given = 'as constants' | 'as inputs';

function groupNorm(declared: readonly (number | string)[], given: Given): OnnxModel {
  const model = smallModel({
    nodes: [{ op: 'GroupNormalization', in: ['x', 's', 'b'], out: 'y', attributes: [makeInt('num_groups', groups)] }],
    inputs: given === 'as inputs' ? { x: declared, s: [groups], b: [groups] } : { x: declared },
    weights: given === 'as constants' ? { s: [groups], b: [groups] } : {},
    outputs: ['y'],
    opset: 18,
  });
  const data = { s: scale, b: bias };
  const initializers = model.graph.initializers.map((tensor) => ({
    ...tensor,
    proto: { ...tensor.proto, rawData: bytes(tensor.name === 's' ? data.s : data.b) },
  }));
  return { ...model, graph: { ...model.graph, initializers } };
}

test.each([
  { declared: shape, given: 'as constants', nodes: 1 },
  { declared: ['n', 'c', 'h', 'w'], given: 'as constants', nodes: 10 },
  { declared: shape, given: 'as inputs', nodes: 10 },
] as const)(
  'a GroupNormalization of $declared with scale and bias $given computes the same for each channel',
  async ({ declared, given, nodes }) => {
    const raised = raiseOpset(groupNorm(declared, given), { name: 'm', atLeast: 22, ranks: new Map() });
    expect(raised.graph.nodes).toHaveLength(nodes);
    const session = await openSession(raised, { device: 'cpu', name: 'm' });
    const vector = (values: Float32Array) => ({ dtype: 'float32' as const, shape: [groups], bytes: bytes(values) });
    const feeds = new Map([
      ['x', { dtype: 'float32' as const, shape, bytes: bytes(x) }],
      ...(given === 'as inputs'
        ? ([
            ['s', vector(scale)],
            ['b', vector(bias)],
          ] as const)
        : []),
    ]);
    const y = (await session.run(feeds, ['y'])).get('y');
    await session.close();
    const computed = new Float32Array(Uint8Array.from(y?.bytes ?? []).buffer);
    const off = expected().map((value, index) => Math.abs(value - (computed[index] ?? Number.NaN)));
    expect(Math.max(...off)).toBeLessThan(5e-6);
  },
);

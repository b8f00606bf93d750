import { expect, test } from 'vitest';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { openSession } from './session.ts';
import { floats } from './tensor-value.ts';

test('a Relu before an FP8 pair is computed by the fastest kernels, too', async () => {
  const small = smallModel({
    inputs: { x: [4] },
    nodes: [
      { op: 'Relu', in: ['x'], out: 'r' },
      { op: 'QuantizeLinear', in: ['r', 'scale', 'zero'], out: 'q' },
      { op: 'DequantizeLinear', in: ['q', 'scale', 'zero'], out: 'y' },
    ],
    weights: { scale: [] },
    outputs: ['y'],
  });
  const zero = makeTensor({ name: 'zero', dtype: 'float8_e4m3fn', shape: [] }, new Uint8Array(1));
  const model = { ...small, graph: { ...small.graph, initializers: [...small.graph.initializers, zero] } };
  const x = Float32Array.of(-2, -1, 1, 2);
  const session = await openSession(model, { device: 'cpu', name: 'm', kernels: 'fastest' });
  const feeds = new Map([['x', { dtype: 'float32' as const, shape: [4], bytes: new Uint8Array(x.buffer) }]]);
  const y = (await session.run(feeds, ['y'])).get('y');
  await session.close();
  expect(y && [...floats(y)]).toEqual([0, 0, 1, 2]);
});

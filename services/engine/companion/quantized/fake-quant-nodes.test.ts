import { expect, test } from 'vitest';
import type { OnnxModel, OnnxPort } from '../../formats/onnx/model.ts';
import { openSession } from '../../inference/session.ts';
import { floats } from '../../inference/tensor-value.ts';
import type { InputFormat } from '../input-quantizer.ts';
import { fakeQuantNodes } from './fake-quant-nodes.ts';

const port = (name: string): OnnxPort => ({
  name,
  dtype: 'float32',
  shape: ['n'],
  proto: { name, type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: 'n' }] } } } },
});

async function rounded(values: readonly number[], how: Parameters<typeof fakeQuantNodes>[1]): Promise<number[]> {
  const { nodes, constants, output } = fakeQuantNodes('x', how, (wish) => wish);
  const model: OnnxModel = {
    irVersion: 10,
    opsets: [{ domain: '', version: 19 }],
    rest: {},
    graph: {
      name: 'g',
      nodes,
      initializers: constants,
      inputs: [port('x')],
      outputs: [port(output)],
      valueInfo: [],
      rest: {},
    },
  };
  const session = await openSession(model, { device: 'cpu', name: 'the test' });
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  const results = await session.run(new Map([['x', { dtype: 'float32', shape: [values.length], bytes }]]), [output]);
  await session.close();
  const result = results.get(output);
  return result ? [...floats(result)] : [];
}

/** ModelOpt 0.47, `tensor_quant.fake_tensor_quant` and `scaled_e4m3` with amax 1.27. */
const samples = [0.0049, 0.005, 0.1, 0.3, 0.6349, 2, -2];
const golden: readonly (readonly [InputFormat, readonly number[]])[] = [
  ['int8', [0, 0, 0.1, 0.3, 0.63, 1.27, -1.28]],
  ['fp8_e4m3fn', [0.0049609379, 0.0049609379, 0.1020535752, 0.2948214412, 0.6350000501, 1.2700001001, -1.2700001001]],
];

test.each(golden)('%s rounds as ModelOpt does, to the bit', async (format, expected) => {
  expect(await rounded(samples, { format, amax: 1.27, preScale: null })).toEqual(expected.map(Math.fround));
});

test.each([
  ['int8', [0, 0]],
  ['fp8_e4m3fn', [2 ** -9 / 448, 1]],
] as const)('an amax of 0 is nothing in int8 and 1 in fp8: %s', async (format, expected) => {
  const values = await rounded([2 ** -9 / 448, 1], { format, amax: 0, preScale: null });
  expect(values).toEqual(expected.map(Math.fround));
});

test('the scale of smoothing is multiplied in first', async () => {
  const preScale = Float32Array.of(10, 1);
  expect(await rounded([0.1, 0.1], { format: 'int8', amax: 1.27, preScale })).toEqual([1, 0.1].map(Math.fround));
});

test('a tie is rounded as the product has it, not as the quotient', async () => {
  const amax = 2.54;
  const up = Math.fround(127 / Math.fround(amax));
  const x = Math.fround(0.03);
  const expected = Math.fround(Math.round(Math.fround(x * up)) / up);
  expect(await rounded([x], { format: 'int8', amax, preScale: null })).toEqual([expected]);
});

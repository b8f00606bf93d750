import { expect, onTestFinished, test } from 'vitest';
import { demoFile } from '#kit/demo-file.ts';
import { readOnnxModel } from '../formats/onnx/read.ts';
import { tensorFloats } from '../formats/onnx/tensor.ts';
import { openCheckpoint } from '../formats/pth/open.ts';
import { matchCompanion } from './match-companion.ts';
import { withFakeQuantizedInputs } from './with-fake-quantized-inputs.ts';

async function quantized(amaxOf: ReadonlyMap<string, number>) {
  const { path, name } = demoFile('digits-cnn.pth');
  const checkpoint = await openCheckpoint(path, name);
  onTestFinished(() => checkpoint.close());
  const graph = await readOnnxModel(demoFile('digits-cnn.onnx'));
  const companion = await matchCompanion(checkpoint, graph, 'digits-cnn.onnx');
  return withFakeQuantizedInputs(graph, companion.modules, amaxOf).graph;
}

test('only the module’s own input is quantized: a residual Add keeps the float tensor', async () => {
  const { nodes } = await quantized(new Map([['layer1.0.conv1', 2.54]]));
  const [quantize, dequantize] = nodes.filter(({ op }) => /quantizeLinear$/i.test(op));
  expect(quantize?.inputs[0]).toBe('/stem/stem.2/Relu_output_0');
  expect(dequantize?.inputs[0]).toBe(quantize?.outputs[0]);
  const conv = nodes.find(({ name }) => name === '/layer1/layer1.0/conv1/Conv');
  expect(conv?.inputs[0]).toBe(dequantize?.outputs[0]);
  expect(nodes.find(({ name }) => name === '/layer1/layer1.0/Add')?.inputs).toContain('/stem/stem.2/Relu_output_0');
  const ops = nodes.map(({ op }) => op);
  expect(ops.slice(0, 5)).toEqual(['Conv', 'Relu', 'QuantizeLinear', 'DequantizeLinear', 'Conv']);
});

test.each([
  [2.54, Math.fround(2.54 / 127)],
  [0, 1],
  [2 ** -24, 1],
])('an amax of %d has the scale %d', async (amax, scale) => {
  const { initializers } = await quantized(new Map([['fc', amax]]));
  const added = initializers.filter(({ name }) => name.startsWith('zeropoint/'));
  expect(added.map(({ dtype, shape }) => [dtype, shape])).toEqual([
    ['float32', []],
    ['int8', []],
  ]);
  expect(added[0] && tensorFloats(added[0])[0]).toBe(scale);
});

test('without an amax nothing changes', async () => {
  const graph = await readOnnxModel(demoFile('digits-cnn.onnx'));
  expect((await quantized(new Map())).nodes).toEqual(graph.graph.nodes);
});

import { expect, onTestFinished, test } from 'vitest';
import { demoFile } from '#kit/demo-file.ts';
import { readOnnxModel } from '../../formats/onnx/read.ts';
import { openCheckpoint } from '../../formats/pth/open.ts';
import type { InputQuantizer } from '../input-quantizer.ts';
import { matchCompanion } from '../match-companion.ts';
import { withFakeQuantizedInputs } from './with-fake-quantized-inputs.ts';

const int8 = (module: string, amax: number): InputQuantizer => {
  return { module, layer: null, format: 'int8', amax, preScale: null };
};

async function quantized(network: string, quantizers: readonly InputQuantizer[]) {
  const { path, name } = demoFile(`${network}.pth`);
  const checkpoint = await openCheckpoint(path, name);
  onTestFinished(() => checkpoint.close());
  const graph = await readOnnxModel(demoFile(`${network}.onnx`));
  const companion = await matchCompanion(checkpoint, graph, `${network}.onnx`);
  return { companion, graph: withFakeQuantizedInputs(graph, companion.modules, quantizers).graph };
}

test('only the module’s own input is quantized: a residual Add keeps the float tensor', async () => {
  const { nodes } = (await quantized('digits-cnn', [int8('layer1.0.conv1', 2.54)])).graph;
  const conv = nodes.find(({ name }) => name === '/layer1/layer1.0/conv1/Conv');
  expect(conv?.inputs[0]).toBe('/stem/stem.2/Relu_output_0/fake_quant/output');
  expect(nodes.find(({ name }) => name === '/layer1/layer1.0/Add')?.inputs).toContain('/stem/stem.2/Relu_output_0');
  const ops = nodes.map(({ op }) => op);
  expect(ops.slice(0, 7)).toEqual(['Conv', 'Relu', 'Mul', 'QuantizeLinear', 'DequantizeLinear', 'Div', 'Conv']);
});

test.each([
  [[1, 1], 1],
  [[1, 2], 2],
])('two modules that read one tensor with the amaxes %j round it %i times', async (amaxes, times) => {
  const readers = ['layer2.0.conv1', 'layer2.0.downsample.0'];
  const { companion, graph } = await quantized(
    'digits-cnn',
    readers.map((name, i) => int8(name, amaxes[i] ?? 0)),
  );
  const read = companion.modules.filter(({ name }) => readers.includes(name)).map(({ inputs }) => inputs[0]?.tensor);
  expect(new Set(read).size).toBe(1);
  expect(graph.nodes.filter(({ op }) => op === 'QuantizeLinear')).toHaveLength(times);
});

test('without quantizers nothing changes', async () => {
  const { companion, graph } = await quantized('digits-cnn', []);
  expect(graph.nodes).toEqual(companion.graph.graph.nodes);
});

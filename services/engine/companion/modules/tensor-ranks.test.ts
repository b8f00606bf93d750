import { expect, test } from 'vitest';
import { parityFile } from '#kit/parity-net.ts';
import { readOnnxModel } from '../../formats/onnx/read.ts';
import { tensorRanks } from './tensor-ranks.ts';

test.each([
  ['mlp.onnx', '/norm_in/BatchNormalization_output_0', 2],
  ['convbn.onnx', '/avgpool/GlobalAveragePool_output_0', 4],
  ['convbn.onnx', '/Flatten_output_0', 2],
  ['audio.onnx', '/pool/AveragePool_output_0', 3],
  ['embed.onnx', '/tok/Gather_output_0', 3],
  ['vit.onnx', '/patch/Conv_output_0', 4],
  ['rnn.onnx', '/lstm/Squeeze_output_0', 3],
  ['unet.onnx', '/gn/Add_output_0', 4],
])('%s: %s has %i dimensions', async (file, tensor, rank) => {
  const { graph } = await readOnnxModel(parityFile(file));
  expect(tensorRanks(graph).get(tensor)).toBe(rank);
});

import { expect, test } from 'vitest';
import type { OnnxTensor } from '../formats/onnx/model.ts';
import type { CheckpointTensor } from '../formats/pth/checkpoint.ts';
import { leftoversInWords } from './leftovers-in-words.ts';

const constant = (name: string, shape: number[]) => ({ name, shape }) as unknown as OnnxTensor;
const tensor = (name: string) => ({ name }) as unknown as CheckpointTensor;

test.each([
  { strange: [], unused: [], said: [] },
  { strange: [], unused: [tensor('head.weight')], said: ['net.onnx never uses head.weight of the checkpoint.'] },
  {
    strange: [constant('val_1', [5, 5])],
    unused: [],
    said: [
      'net.onnx computes with val_1 [5, 5], which is no tensor of the checkpoint: it comes from the graph, so see that it was exported with exactly this checkpoint loaded.',
    ],
  },
  {
    strange: [constant('mean', [5, 5]), constant('val_27', [7, 6])],
    unused: [tensor('table'), tensor('lin.weight_v')],
    said: [
      'net.onnx computes with mean [5, 5] and val_27 [7, 6], which are no tensors of the checkpoint: they come from the graph, so see that it was exported with exactly this checkpoint loaded. It lacks table and lin.weight_v, of which the export may have computed what it has instead.',
    ],
  },
])('$strange.length constants and $unused.length tensors', ({ said, ...leftovers }) => {
  expect(leftoversInWords(leftovers, 'net.onnx')).toEqual(said);
});

import { expect, test } from 'vitest';
import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import type { NetworkModule } from '../network/network-modules.ts';
import { recurrentQuantizers } from './recurrent-quantizers.ts';

function moduleOf(leaves: readonly string[]): NetworkModule {
  const weights = leaves.map((leaf): CheckpointTensor => {
    return {
      name: `rnn.${leaf}`,
      dtype: 'float32',
      shape: [8, 2],
      strides: [2, 1],
      storageOffset: 0,
      storageKey: leaf,
    };
  });
  const [weight = null] = weights;
  return { name: 'rnn', names: ['rnn'], class: 'LSTM', evidence: '', assumed: false, weight, weights, inputs: [] };
}

const both = (layer: string) => [`weight_ih_${layer}`, `weight_hh_${layer}`];

/** What real ModelOpt 0.47 lists. */
test.each([
  ['two layers', [...both('l0'), ...both('l1')], ['layer_0_input_quantizer', 'layer_1_input_quantizer']],
  [
    'one layer in two directions, whose inputs it lists twice over',
    [...both('l0'), ...both('l0_reverse')],
    [
      ...['layer_0_input_quantizer', 'layer_0_reverse_input_quantizer'],
      ...['layer_1_input_quantizer', 'layer_1_reverse_input_quantizer'],
    ],
  ],
  ['projections', [...both('l0'), 'weight_hr_l0'], ['layer_0_input_quantizer', 'proj_0_input_quantizer']],
])('%s', (_, leaves, inputs) => {
  const quantizers = recurrentQuantizers(moduleOf(leaves));
  expect(quantizers.filter(({ role }) => role === 'input').map(({ attribute }) => attribute)).toEqual(inputs);
  expect(quantizers.filter(({ role }) => role === 'weight').map(({ attribute }) => attribute)).toEqual(
    leaves.map((leaf) => `${leaf}_weight_quantizer`),
  );
});

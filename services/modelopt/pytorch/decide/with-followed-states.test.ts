import { expect, test } from 'vitest';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { parityFile } from '#kit/parity-net.ts';
import { withNetwork } from '../network/network.ts';
import { decideNetwork } from './decide-network.ts';

const recipe = catalogue['modelopt.pytorch'].preset;
const files = { model: parityFile('rnn.pth'), graph: parityFile('rnn.onnx') };

test('a recurrent layer whose nodes the graph does not show stays as it is, with why', async () => {
  const decisions = await withNetwork({ recipe, files }, async ({ modules, companion }) => {
    if (!companion) throw new Error('rnn.onnx was not matched');
    return decideNetwork({ modules, companion: { ...companion, recurrent: [] } }, recipe).decisions;
  });
  const lstm = decisions.find(({ module }) => module.name === 'lstm');
  expect(lstm?.quantizers.some(({ isEnabled }) => isEnabled)).toBe(false);
  expect(lstm?.reason).toBe(
    'its inputs cannot be calibrated, because the companion graph shows no LSTM of it; weights alone can be quantized',
  );
  expect(lstm?.deviation).toMatch(/^lstm stays as it is/);
  const head = decisions.find(({ module }) => module.name === 'head');
  expect(head?.quantizers.filter(({ isEnabled }) => isEnabled)).toHaveLength(2);
});

test('one that it shows is quantized, weights and inputs', async () => {
  await withNetwork({ recipe, files }, async ({ decided }) => {
    const lstm = decided.decisions.find(({ module }) => module.name === 'lstm');
    expect(lstm?.quantizers.filter(({ isEnabled }) => isEnabled)).toHaveLength(6);
  });
});

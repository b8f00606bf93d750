import { expect, test } from 'vitest';
import { exportParity } from './parity-export.fixture.ts';
import { expectedPlacements, placementsIn } from './placements.fixture.ts';

const cases = [
  ['convbn', 'int8'],
  ['convbn', 'fp8'],
  ['convbn', 'tao-linear'],
  ['mlp', 'fp8'],
  ['unet', 'int8'],
  ['vit', 'int8'],
  ['vit', 'fp8'],
] as const;

test.each(cases)('%s %s: pairs stand where torch.onnx.export puts them, scales bit for bit', async (net, given) => {
  const { model } = await exportParity(net, { given, kind: 'plain' });
  expect(placementsIn(model)).toEqual(await expectedPlacements(`${net}.${given}.torch`));
});

test.each(['convbn', 'mlp'] as const)(
  '%s fp8: a folded companion has the pairs of ModelOpt’s deployment',
  async (net) => {
    const { model } = await exportParity(net, { given: 'fp8', kind: 'folded' });
    expect(placementsIn(model)).toEqual(await expectedPlacements(`${net}.fp8.deploy`));
  },
);

import { describe, expect, test } from 'vitest';
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

describe('pairs stand where torch.onnx.export puts them, scales bit for bit', () => {
  test.each(cases)('%s %s', async (net, given) => {
    const { model } = await exportParity(net, given, 'plain');
    expect(placementsIn(model)).toEqual(await expectedPlacements(`${net}.${given}.torch`));
  });
});

import { expect, test } from 'vitest';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { companionKinds, parityFile } from '#kit/parity-net.ts';
import { modeloptPytorch } from '../backend.ts';

const recipe = catalogue['modelopt.pytorch'].preset;

async function functionsIn(net: string, ending: string) {
  const files = { model: parityFile(`${net}.pth`), graph: parityFile(`${net}${ending}`) };
  const { layers } = await modeloptPytorch.plan({ recipe, files });
  return layers.filter((layer) => layer.class === 'function');
}

test.each(Object.values(companionKinds))(
  'functional attention is listed as native, with why (vit%s)',
  async (ending) => {
    const functions = await functionsIn('vit', ending);
    expect(functions.map(({ name }) => name)).toEqual(['blocks.0.attn', 'blocks.1.attn']);
    expect(functions[0]).toMatchObject({
      verdict: 'native',
      evidence: 'the companion graph multiplies two activations in it, 2 times',
      reason: expect.stringMatching(/^a product of two activations is no module/),
    });
  },
);

test.each(['convbn', 'mlp', 'embed', 'twice', 'rnn'])('%s has none', async (net) => {
  for (const ending of Object.values(companionKinds)) expect(await functionsIn(net, ending)).toEqual([]);
});

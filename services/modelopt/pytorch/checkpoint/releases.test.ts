import { expect, test } from 'vitest';
import { catalogue } from '#contract/recipe/catalogue.ts';
import type { LayerRule } from '#contract/recipe/recipe.ts';
import { parityFile } from '#kit/parity-net.ts';
import { modeloptPytorch } from '../backend.ts';

const int8 = { dtype: 'int8' } as const;
const weightsOf = (module_name: string): LayerRule => ({ module_name, weights: int8, activations: null });

async function planFor(modelopt_version: string, layers: readonly LayerRule[]) {
  const module_classes = ['tok=Embedding', 'pos=Embedding'];
  const recipe = {
    ...catalogue['modelopt.pytorch'].preset,
    layers,
    backend_kwargs: { modelopt_version, module_classes },
  };
  return modeloptPytorch.plan({ recipe, files: { model: parityFile('embed.pth') } });
}

test.each([
  ['0.47', true],
  ['0.45', true],
  ['0.44', false],
  ['0.41', false],
])('a rule for Embedding under ModelOpt %s quantizes it: %j', async (release, isQuantized) => {
  const { layers, warnings } = await planFor(release, [weightsOf('Embedding'), weightsOf('Linear')]);
  const tok = layers.find(({ name }) => name === 'tok');
  expect(tok?.verdict).toBe(isQuantized ? 'quantized' : 'native');
  if (isQuantized) expect(tok?.weights).toEqual({ dtype: 'int8', granularity: 'per-channel', axis: 0 });
  else {
    expect(tok?.reason).toBe(`ModelOpt ${release} has no quantizers for Embedding; those came with 0.45`);
    expect(warnings).toContainEqual(
      expect.stringMatching(/^The rule “Embedding” leaves tok and pos as before: ModelOpt/),
    );
  }
});

test('a wide rule loses what the release lacks not in silence', async () => {
  const { warnings } = await planFor('0.41', [weightsOf('*')]);
  expect(warnings).toContainEqual(
    expect.stringMatching(/^The rule “\*” leaves tok, pos and norm as before: .*Embedding.*LayerNorm/),
  );
});

test('a rule that only names what cannot be quantized says so', async () => {
  const { warnings } = await planFor('0.47', [weightsOf('LayerNorm'), weightsOf('Linear')]);
  expect(warnings).toContainEqual(
    'The rule “LayerNorm” leaves norm as before: rule LayerNorm asks for its weight, which ModelOpt cannot quantize in a LayerNorm.',
  );
});

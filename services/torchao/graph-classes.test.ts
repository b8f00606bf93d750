import { expect, test } from 'vitest';
import type { InputFiles } from '#contract/backend.ts';
import { recipeFromSection } from '#contract/recipe/recipe-from-section.ts';
import { demoFile } from '#kit/demo-file.ts';
import { parityFile } from '#kit/parity-net.ts';
import { torchao } from './backend.ts';

const { recipe } = recipeFromSection({ backend: 'torchao' });

async function classesOf(files: InputFiles) {
  const { layers } = await torchao.plan({ recipe, files });
  return new Map(layers.map(({ name, class: className, verdict }) => [name, `${className} ${verdict}`]));
}

test.each([
  ['unet', 'up1', 'Conv2d native', 'ConvTranspose2d native'],
  ['convbn', 'bn', 'BatchNorm native', 'BatchNorm2d native'],
  ['embed', 'tok', 'Linear quantized', 'Embedding native'],
  ['embed', 'decoder', 'Linear quantized', 'Linear quantized'],
])('%s: %s is a %s by its tensors, and a %s by the companion', async (net, layer, alone, withGraph) => {
  const model = parityFile(`${net}.pth`);
  expect((await classesOf({ model })).get(layer)).toBe(alone);
  for (const end of ['.onnx', '.folded.onnx', '.dynamo.onnx']) {
    expect((await classesOf({ model, graph: parityFile(`${net}${end}`) })).get(layer)).toBe(withGraph);
  }
});

test('a BatchNorm that the companion has folded away has its class from there', async () => {
  const files = { model: demoFile('digits-cnn.pth'), graph: demoFile('digits-cnn.onnx') };
  const { layers } = await torchao.plan({ recipe, files });
  expect(layers.find(({ name }) => name === 'stem.1')).toMatchObject({
    class: 'BatchNorm2d',
    evidence: 'the companion graph has it folded into stem.0',
  });
});

test('a companion of another network is refused by the plan', async () => {
  const files = { model: demoFile('digits-cnn.pth'), graph: demoFile('digits-vit.onnx') };
  await expect(torchao.plan({ recipe, files })).rejects.toMatchObject({ code: 'GRAPH_MISMATCH' });
});

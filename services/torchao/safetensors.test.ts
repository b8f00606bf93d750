import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { InputFile } from '#contract/backend.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { openModel } from '#engine/formats/checkpoint/open-model.ts';
import { demoFile } from '#kit/demo-file.ts';
import { torchao } from './backend.ts';

const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-torchao-'));
afterAll(() => rm(scratch, { recursive: true }));

function fixture(path: string): InputFile {
  const url = new URL(`../../test/fixtures/safetensors/${path}`, import.meta.url);
  return { path: fileURLToPath(url), name: path.slice(path.lastIndexOf('/') + 1) };
}

/** What is planned and written, by name: a file of safetensors has no order of its own. */
async function quantize(model: InputFile, format: 'pth' | 'safetensors') {
  const outputDir = await mkdtemp(join(scratch, 'out-'));
  const recipe = { ...catalogue.torchao.preset, backend_kwargs: { output_format: format } };
  const files = { model };
  const plan = await torchao.plan({ recipe, files });
  const report = { progress: () => {}, log: () => {} };
  await torchao.quantize({ recipe, files, plan, outputDir, signal: new AbortController().signal, report });
  const name = torchao.outputName(recipe);
  const result = await openModel({ path: join(outputDir, name), name });
  const tensors = new Map<string, string>();
  for (const tensor of result.tensors) {
    const digest = createHash('sha256').update(await result.read(tensor));
    tensors.set(tensor.name, `${tensor.dtype} ${tensor.shape} ${digest.digest('hex')}`);
  }
  await result.close();
  const layers = new Map(plan.layers.map((layer) => [layer.name, layer]));
  return { layers, warnings: plan.warnings, tensors, quantized: result.quantized };
}

describe('a model in safetensors', () => {
  it.each(['pth', 'safetensors'] as const)('has the plan and the bytes of its .pth, as %s', async (format) => {
    const [pth, safetensors] = [
      await quantize(demoFile('digits-cnn.pth'), format),
      await quantize(fixture('digits-cnn.safetensors'), format),
    ];
    expect(pth.quantized.size).toBe(1);
    expect(safetensors).toEqual(pth);
  });

  it.each(['pth', 'safetensors'] as const)('has them in several files too, as %s', async (format) => {
    const [pth, safetensors] = [
      await quantize(fixture('sharded-pth/pytorch_model.bin.index.json'), format),
      await quantize(fixture('sharded/model.safetensors.index.json'), format),
    ];
    expect([...pth.quantized.keys()].sort()).toEqual(['a.weight', 'b.weight']);
    expect(safetensors).toEqual(pth);
  });

  it.each(['torchao.safetensors', 'sharded-torchao/model.safetensors.index.json'])(
    'is not quantized twice: %s',
    async (file) => {
      await expect(
        torchao.plan({ recipe: catalogue.torchao.preset, files: { model: fixture(file) } }),
      ).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        message: expect.stringContaining('0.weight is quantized already'),
      });
    },
  );

  it('has its tied weights planned as in a .pth', async () => {
    const { layers, tensors } = await quantize(fixture('tied.safetensors'), 'pth');
    expect([...layers.values()].map(({ name, verdict }) => [name, verdict])).toEqual([
      ['embed', 'native'],
      ['head', 'quantized'],
    ]);
    expect(tensors.has('embed.weight')).toBe(true);
  });
});

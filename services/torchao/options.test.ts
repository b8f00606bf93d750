import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { InputFile } from '#contract/backend.ts';
import { parseRecipe } from '#contract/recipe/parse-recipe.ts';
import type { JsonValue } from '#contract/recipe/recipe.ts';
import { lookUp } from '#engine/formats/pth/containers.ts';
import { openCheckpoint } from '#engine/formats/pth/open.ts';
import { demoFile } from '../../test/kit/demo-file.ts';
import { torchao } from './backend.ts';

const golden = (name: string): InputFile => ({
  path: fileURLToPath(new URL(`../../test/golden/torchao/${name}`, import.meta.url)),
  name,
});

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-torchao-options-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe('rest_of_checkpoint', () => {
  it('keep leaves epoch and optimizer beside the new state dict, whose names keep their prefix', async () => {
    const { plan, path } = await quantize(demoFile('digits-cnn.lightning.ckpt.pth'), { rest_of_checkpoint: 'keep' });
    expect(plan.layers.find(({ verdict }) => verdict === 'quantized')?.name).toBe('model.fc');
    expect(plan.warnings.filter((warning) => warning.includes('lose the prefix'))).toEqual([]);
    const before = await openCheckpoint(demoFile('digits-cnn.lightning.ckpt.pth').path, 'before');
    const after = await openCheckpoint(path, 'after');
    expect(after.wrapper).toEqual(['state_dict']);
    expect([...after.quantized.keys()]).toEqual(['model.fc.weight']);
    for (const key of ['epoch', 'global_step', 'pytorch-lightning_version']) {
      expect(lookUp(after.rest?.root, key)).toEqual(lookUp(before.rest?.root, key));
    }
    await Promise.all([before.close(), after.close()]);
  });

  it('keep changes nothing for a bare state dict', async () => {
    const kept = await quantize(demoFile('digits-cnn.pth'), { rest_of_checkpoint: 'keep' });
    const dropped = await quantize(demoFile('digits-cnn.pth'), {});
    expect(kept.findings.bytesAfter).toBe(dropped.findings.bytesAfter);
  });
});

describe('what is left out', () => {
  const model = demoFile('digits-cnn.lightning.ckpt.pth');

  it('counts in no size, and the plan says how much it is and how to keep it', async () => {
    const dropped = await quantize(model, {});
    const kept = await quantize(model, { rest_of_checkpoint: 'keep' });
    const { size } = await stat(model.path);
    const beside = size - dropped.plan.bytesBefore;
    expect(kept.plan.bytesBefore).toBe(size);
    expect(kept.findings.bytesBefore).toBe(size);
    expect(dropped.findings.bytesBefore).toBe(dropped.plan.bytesBefore);
    const bare = (await stat(demoFile('digits-cnn.pth').path)).size;
    expect(beside).toBeGreaterThan(0);
    expect(Math.abs(dropped.plan.bytesBefore - bare) / bare).toBeLessThan(0.2);
    expect(dropped.plan.warnings).toContainEqual(
      expect.stringMatching(/ beside the weights \(callbacks and optimizer_states\) is left out/),
    );
    expect(kept.plan.warnings.join()).not.toContain('left out');
  });
});

test('one part of a model in several files is not taken for the whole of it in silence', async () => {
  const { plan } = await quantize({ ...demoFile('digits-cnn.pth'), name: 'pytorch_model-00001-of-00002.bin' }, {});
  expect(plan.warnings).toEqual([expect.stringContaining('give its index, pytorch_model.bin.index.json')]);
});

describe('the plan', () => {
  it('mixes schemes layer by layer, the last rule first and a skip before all', async () => {
    const rule = (module_name: string, weights: object) => ({ module_name, weights });
    const { plan, findings } = await quantize(demoFile('digits-vit.pth'), {}, [
      rule('Linear', { dtype: 'int8' }),
      rule('blocks.*.mlp.*', { dtype: 'fp8_e5m2', group_size: 32 }),
      rule('head', { dtype: 'fp8_e4m3fn', quant_axis: null }),
    ]);
    const weightsOf = (name: string) => plan.layers.find((layer) => layer.name === name)?.weights;
    expect(weightsOf('blocks.0.mlp.fc1')).toEqual({
      dtype: 'fp8_e5m2',
      granularity: 'per-group',
      axis: 1,
      groupSize: 32,
    });
    expect(weightsOf('head')).toEqual({ dtype: 'fp8_e4m3fn', granularity: 'per-tensor', axis: null });
    expect(plan.layers.filter(({ weights }) => weights?.dtype === 'int8').length).toBeGreaterThan(0);
    expect(findings.bytesAfter).toBe(plan.bytesAfter);
  });

  it('says what torchao fails on, in the layer, as a warning and as a deviation', async () => {
    const { plan, findings } = await quantize(golden('zoo.float32.pth'), { group_size: 32 });
    expect(plan.layers.find(({ name }) => name === 'odd')).toMatchObject({
      verdict: 'native',
      reason: 'K = 33 is no multiple of the group 32, where torchao fails',
    });
    const deviation = 'Left as they are, where torchao fails and writes nothing: odd, one and column.';
    expect(plan.warnings).toContain(deviation);
    expect(findings.deviations).toEqual([deviation]);
  });

  it('counts the blocks of zeros that were repaired', async () => {
    const { findings } = await quantize(golden('zoo.bfloat16.pth'), { granularity: 'per_tensor' }, [
      { module_name: 'zeros', weights: { dtype: 'fp8_e4m3fn' } },
    ]);
    expect(findings.deviations).toEqual([
      'One FP8 block of zeros in zeros.weight got the scale 2^-126 and zeros, where torchao writes the scale 0 and NaN.',
    ]);
  });

  it('says that numbers of old releases go into a class that 0.18 reads', async () => {
    const { findings } = await quantize(demoFile('digits-cnn.pth'), { compat: 'torchao-0.17' });
    expect(findings.deviations).toEqual([expect.stringMatching(/by default torchao 0\.17 writes the same numbers as/)]);
  });
});

async function quantize(
  model: InputFile,
  backend_kwargs: Readonly<Record<string, JsonValue>>,
  layers: readonly object[] = [],
) {
  const { recipe } = parseRecipe({ backend: 'torchao', backend_kwargs, layers });
  const files = { model };
  const outputDir = await mkdtemp(join(scratch, 'out-'));
  const plan = await torchao.plan({ recipe, files });
  const report = { progress: () => {}, log: () => {} };
  const signal = new AbortController().signal;
  const findings = await torchao.quantize({ recipe, files, plan, outputDir, signal, report });
  return { plan, findings, path: join(outputDir, torchao.outputName(recipe)) };
}

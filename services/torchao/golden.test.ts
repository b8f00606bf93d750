import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRecipe } from '#contract/recipe/parse-recipe.ts';
import type { JsonValue } from '#contract/recipe/recipe.ts';
import goldenFile from '../../test/golden/torchao/digests.json' with { type: 'json' };
import { demoFile } from '../../test/kit/demo-file.ts';
import { torchao } from './backend.ts';
import { digestsOf } from './digests.fixture.ts';

/** Release, input, scheme: a digest for each Linear, null where torchao fails on its weight. */
type Golden = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, readonly (string | null)[]>>>>>>;

const golden: Golden = goldenFile.quantized;
const cases = Object.entries(golden).flatMap(([compat, inputs]) =>
  Object.entries(inputs).flatMap(([file, schemes]) =>
    Object.entries(schemes).map(([scheme, digests]) => ({ compat, file, scheme, digests })),
  ),
);

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-golden-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe('the bytes of qdata, scale and zero point are those of real torchao', () => {
  it.each(cases)('$compat, $file, $scheme', async ({ compat, file, scheme, digests }) => {
    const { quantized } = await quantize(file, scheme, { compat });
    expect(quantized).toEqual(digests);
  });
});

describe('without compat', () => {
  const inputs = golden['torchao-0.18'] ?? {};

  it.each(
    Object.entries(inputs).flatMap(([file, schemes]) => Object.keys(schemes).map((scheme) => ({ file, scheme }))),
  )('$file, $scheme: only zero blocks differ, and are counted', async ({ file, scheme }) => {
    if (file.startsWith('nonfinite')) {
      await expect(quantize(file, scheme)).rejects.toMatchObject({
        message: expect.stringMatching(/^fc\.weight holds NaN at \[1, 5\]/),
      });
      return;
    }
    const { quantized, names, deviations } = await quantize(file, scheme);
    const expected = inputs[file]?.[scheme] ?? [];
    const differing = names.filter((_, i) => quantized[i] !== expected[i]);
    const repaired = deviations.find((sentence) => sentence.includes('got the scale 2^-126'));
    if (scheme.startsWith('int8')) expect(differing).toEqual([]);
    else if (file.startsWith('zoo')) expect(differing).toContain('zeros');
    expect(repaired === undefined).toBe(differing.length === 0);
    for (const name of differing.slice(0, 4)) expect(repaired).toContain(`${name}.weight`);
  });
});

/** The digests of all Linears of a golden input in its order, as make_torchao.py makes them. */
async function quantize(file: string, scheme: string, kwargs: Readonly<Record<string, JsonValue>> = {}) {
  const [dtype, axis = ''] = scheme.split(' ');
  const shares = { per_row: { quant_axis: 0 }, per_tensor: { quant_axis: null } };
  const weights = { dtype, ...(axis in shares ? shares[axis as keyof typeof shares] : { group_size: 32 }) };
  const layers = [{ module_name: 'Linear', weights }];
  const { recipe } = parseRecipe({ backend: 'torchao', backend_kwargs: kwargs, layers });
  const path = fileURLToPath(new URL(`../../test/golden/torchao/${file}`, import.meta.url));
  const files = { model: file.startsWith('digits') ? demoFile(file) : { path, name: file } };
  const outputDir = await mkdtemp(join(scratch, 'out-'));
  const plan = await torchao.plan({ recipe, files });
  const report = { progress: () => {}, log: () => {} };
  const signal = new AbortController().signal;
  const findings = await torchao.quantize({ recipe, files, plan, outputDir, signal, report });
  expect(plan.bytesAfter).toBe((await readFile(join(outputDir, torchao.outputName(recipe)))).length);
  const names = plan.layers.filter((layer) => layer.class === 'Linear').map(({ name }) => name);
  return { names, quantized: await digestsOf(join(outputDir, torchao.outputName(recipe)), names), ...findings };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InputFile } from '#contract/backend.ts';
import { countVerdicts, type Plan } from '#contract/plan.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import type { LayerRule, Recipe } from '#contract/recipe/recipe.ts';
import { openCheckpoint } from '#engine/formats/pth/open.ts';
import type { PickleValue, PyTensor } from '#engine/formats/pth/pickle/value.ts';
import { writeCheckpoint } from '#engine/formats/pth/write.ts';
import golden from '../../test/golden/torchao/digests.json' with { type: 'json' };
import { demoFile } from '../../test/kit/demo-file.ts';
import { torchao } from './backend.ts';
import { digestsOf } from './digests.fixture.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-torchao-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe('the demo models', () => {
  it.each([
    { file: 'digits-cnn.pth', model: 'digits-cnn.pth', quantized: 1 },
    { file: 'digits-cnn.lightning.ckpt.pth', model: 'digits-cnn.pth', quantized: 1 },
    { file: 'digits-vit.pth', model: 'digits-vit.pth', quantized: 17 },
  ] as const)('$file becomes what torchao 0.18 writes, byte for byte', async ({ file, model, quantized }) => {
    const { plan, findings, output, tensors } = await quantize(demoFile(file));
    expect(countVerdicts(plan).quantized).toBe(quantized);
    expect(findings.layers.quantized).toBe(quantized);
    expect(plan.bytesAfter).toBe(findings.bytesAfter);
    const names = plan.layers.filter(({ verdict }) => verdict === 'quantized').map(({ name }) => name);
    expect(await digestsOf(output.path, names)).toEqual(
      golden.quantized['torchao-0.18'][model]['int8 per_row'].filter((digest) => digest !== null),
    );
    const original = await openCheckpoint(demoFile(model).path, model);
    for (const tensor of original.tensors) {
      if (names.includes(tensor.name.replace(/\.weight$/, ''))) continue;
      expect(tensors.get(tensor.name)).toBe(Buffer.from(await original.read(tensor)).toString('hex'));
    }
    await original.close();
  });
});

describe('weights in half precision', () => {
  /** Row 4 of facts that torchao 0.18 made, see engine/numerics/torchao-golden.fixture.ts. */
  it.each([
    { dtype: 'bfloat16', w: '9643e0c38c41603f80bd833a0080e043', q: '558105000000007f', s: '00006140' },
    { dtype: 'float16', w: 'b05c00df604c003b00ac19140080005f', q: '558005000000007f', s: '00e06040' },
  ] as const)('of $dtype are widened exactly', async ({ dtype, w, q, s }) => {
    const weight = tensor(dtype, [2, 8], Buffer.from(w + w, 'hex'));
    const { tensors } = await quantize(await checkpoint({ 'head.weight': weight, 'head.bias': tensor(dtype, [2]) }));
    expect(tensors.get('head.weight.qdata')).toBe(q + q);
    expect(tensors.get('head.weight.scale')).toBe(s + s);
  });
});

describe('the plan', () => {
  const cnn = demoFile('digits-cnn.pth');
  const vit = demoFile('digits-vit.pth');

  it('says why each layer stays as it is', async () => {
    const { layers } = await torchao.plan({ recipe: catalogue.torchao.preset, files: { model: cnn } });
    expect(layers.find(({ name }) => name === 'fc')).toMatchObject({
      class: 'Linear',
      verdict: 'quantized',
      shape: [10, 64],
      weights: { dtype: 'int8', granularity: 'per-channel', axis: 0 },
      activations: null,
    });
    const convolution = layers.find(({ name }) => name === 'layer1.0.conv1');
    expect(convolution).toMatchObject({ verdict: 'native', reason: 'torchao quantizes Linear, not Conv2d' });
  });

  it.each<{
    what: string;
    layers?: LayerRule[];
    skip_names?: string[];
    counts: { quantized: number; skipped: number };
  }>([
    { what: 'a class', layers: [rule('Linear', 'int8')], counts: { quantized: 17, skipped: 0 } },
    { what: 'a pattern across dots', layers: [rule('blocks.*.fc1', 'int8')], counts: { quantized: 4, skipped: 0 } },
    {
      what: 'native after all',
      layers: [rule('*', 'int8'), rule('head', 'native')],
      counts: { quantized: 16, skipped: 0 },
    },
    {
      what: 'the last rule',
      layers: [rule('head', 'native'), rule('Linear', 'int8')],
      counts: { quantized: 17, skipped: 0 },
    },
    {
      what: 'a skip over a rule',
      layers: [rule('head', 'int8'), rule('*.fc1', 'int8')],
      skip_names: ['head'],
      counts: { quantized: 4, skipped: 1 },
    },
    { what: 'a skip without rules', skip_names: ['blocks.0.mlp.*'], counts: { quantized: 15, skipped: 2 } },
  ])('follows $what', async ({ layers = [], skip_names = [], counts }) => {
    const plan = await torchao.plan({
      recipe: { ...catalogue.torchao.preset, layers, skip_names },
      files: { model: vit },
    });
    expect(countVerdicts(plan)).toMatchObject(counts);
  });

  it('warns when a rule asks for what torchao does not do', async () => {
    const recipe: Recipe = {
      ...catalogue.torchao.preset,
      layers: [rule('layer1.0.conv1', 'int8'), rule('fc', 'int8')],
    };
    const plan = await torchao.plan({ recipe, files: { model: cnn } });
    expect(plan.warnings).toEqual(['A rule asks for int8 of layer1.0.conv1: torchao quantizes Linear, not Conv2d.']);
  });

  it('settles guessed classes by the companion graph, and says what is a guess without it', async () => {
    const file = (name: string): InputFile => ({
      path: fileURLToPath(new URL(`../../test/fixtures/ambiguous/${name}`, import.meta.url)),
      name,
    });
    const recipe = catalogue.torchao.preset;
    const quantizedOf = (plan: Plan) =>
      plan.layers.filter(({ verdict }) => verdict === 'quantized').map(({ name }) => name);

    const guess = await torchao.plan({ recipe, files: { model: file('mixer.pth') } });
    expect(quantizedOf(guess)).toEqual(['vocab', 'head']);
    expect(guess.warnings).toEqual([expect.stringMatching(/^vocab taken for Linear/)]);

    const settled = await torchao.plan({ recipe, files: { model: file('mixer.pth'), graph: file('mixer.onnx') } });
    expect(quantizedOf(settled)).toEqual(['token_mixer', 'head']);
    expect(settled.layers[0]).toMatchObject({ class: 'Embedding', evidence: expect.stringContaining('a Gather') });
    expect(settled.warnings).toEqual([]);
  });

  it('lets a rule by name overrule a guess', async () => {
    const model = await checkpoint({ 'token_mixer.weight': tensor('float32', [4, 8]) });
    const recipe: Recipe = { ...catalogue.torchao.preset, layers: [rule('token_mixer', 'int8')] };
    expect(countVerdicts(await torchao.plan({ recipe, files: { model } })).quantized).toBe(1);
  });

  it('takes names of a Lightning module with and without their prefix', async () => {
    const model = demoFile('digits-cnn.lightning.ckpt.pth');
    for (const name of ['fc', 'model.fc']) {
      const recipe: Recipe = { ...catalogue.torchao.preset, layers: [rule(name, 'int8')] };
      expect(countVerdicts(await torchao.plan({ recipe, files: { model } })).quantized).toBe(1);
    }
  });
});

describe('weights that torchao leaves or fails on', () => {
  const bias = tensor('float32', [4]);

  it.each<Untouched>([
    {
      what: 'attention’s out_proj',
      name: 'attn.out_proj',
      shape: [4, 4],
      beside: { 'attn.in_proj_weight': tensor('float32', [12, 4]) },
    },
    { what: 'an embedding', name: 'token_embedding', shape: [4, 8], bias: false },
    { what: 'one column', name: 'gate', shape: [4, 1] },
    { what: 'float64', name: 'wide', shape: [4, 8], dtype: 'float64' },
  ])('$what stays as it is', async ({ name, shape, beside = {}, bias: hasBias = true, dtype = 'float32' }) => {
    const file = await checkpoint({
      ...beside,
      [`${name}.weight`]: tensor(dtype, shape),
      ...(hasBias ? { [`${name}.bias`]: tensor(dtype, [4]) } : {}),
      'fc.weight': tensor('float32', [4, 8]),
      'fc.bias': bias,
    });
    const { plan, tensors } = await quantize(file);
    expect(plan.layers.find((layer) => layer.name === name)).toMatchObject({ verdict: 'native' });
    expect([...tensors.keys()]).toContain(`${name}.weight`);
    expect(countVerdicts(plan).quantized).toBe(1);
  });

  it('a tied embedding keeps its floats, and the plan says that the tie is gone', async () => {
    const shared = tensor('float32', [4, 8], floats(32));
    const { plan, tensors } = await quantize(
      await checkpoint({ 'embedding.weight': shared, 'lm_head.weight': shared, 'lm_head.bias': bias }),
    );
    expect(plan.warnings).toEqual([
      'embedding.weight and lm_head.weight share their memory; the result no longer ties them, which takes 52 B more than one float weight for all. To keep the tie, name lm_head in skip_names.',
    ]);
    expect([...tensors.keys()]).toEqual([
      'embedding.weight',
      'lm_head.weight.qdata',
      'lm_head.weight.scale',
      'lm_head.weight.zero_point',
      'lm_head.bias',
    ]);
  });
});

describe('refusals', () => {
  const model = demoFile('digits-cnn.pth');
  const preset = catalogue.torchao.preset;

  it.each<{ what: string; recipe: Partial<Recipe>; code: string; says: RegExp }>([
    {
      what: 'another mode',
      recipe: { mode: 'static_ptq' },
      code: 'RECIPE_INVALID',
      says: /does not offer mode static_ptq/,
    },
    {
      what: 'activations',
      recipe: { layers: [{ ...rule('fc', 'int8'), activations: { dtype: 'int8' } }] },
      code: 'RECIPE_INVALID',
      says: /does not offer activations of dtype int8 \(rule “fc”\)/,
    },
    {
      what: 'another axis',
      recipe: { layers: [{ ...rule('fc', 'int8'), weights: { dtype: 'int8', quant_axis: 1 } }] },
      code: 'RECIPE_INVALID',
      says: /quant_axis to 1/,
    },
    {
      what: 'a rule that names nothing',
      recipe: { layers: [rule('fcc', 'int8')] },
      code: 'RULE_MATCHES_NOTHING',
      says: /“fcc”/,
    },
  ])('$what', async ({ recipe, code, says }) => {
    await expect(torchao.plan({ recipe: { ...preset, ...recipe }, files: { model } })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(says),
    });
  });

  it('an ONNX model is sent to modelopt.onnx', async () => {
    await expect(torchao.plan({ recipe: preset, files: { model: demoFile('digits-cnn.onnx') } })).rejects.toMatchObject(
      {
        code: 'WRONG_BACKEND',
        remedy: expect.stringContaining('modelopt.onnx'),
      },
    );
  });

  it('a result of torchao is not quantized again', async () => {
    const { output } = await quantize(model);
    await expect(torchao.plan({ recipe: preset, files: { model: output } })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('fc.weight is quantized already'),
    });
  });

  it.each([Number.NaN, Number.NEGATIVE_INFINITY])('a weight that holds %d, naming its place', async (bad) => {
    const weight = floats(32);
    new Float32Array(weight.buffer)[19] = bad;
    const file = await checkpoint({
      'fc.weight': tensor('float32', [4, 8], weight),
      'fc.bias': tensor('float32', [4]),
    });
    await expect(quantize(file)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining(`fc.weight holds ${bad} at [2, 3]`),
    });
  });
});

function rule(module_name: string, dtype: 'int8' | 'native'): LayerRule {
  return { module_name, weights: { dtype }, activations: null };
}

async function quantize(model: InputFile) {
  const recipe = catalogue.torchao.preset;
  const outputDir = await mkdtemp(join(scratch, 'out-'));
  const files = { model };
  const plan = await torchao.plan({ recipe, files });
  const findings = await torchao.quantize({
    recipe,
    files,
    plan,
    outputDir,
    signal: new AbortController().signal,
    report: { progress: () => {}, log: () => {} },
  });
  const name = torchao.outputName(recipe);
  const output = { path: join(outputDir, name), name };
  const result = await openCheckpoint(output.path, output.name);
  const contents = new Map<string, Buffer>();
  for (const one of result.tensors) contents.set(one.name, Buffer.from(await result.read(one)));
  await result.close();
  return {
    plan,
    findings,
    output,
    tensors: new Map([...contents].map(([name, bytes]) => [name, bytes.toString('hex')])),
  };
}

async function checkpoint(tensors: Readonly<Record<string, PyTensor>>): Promise<InputFile> {
  const path = join(await mkdtemp(join(scratch, 'in-')), 'model.pth');
  const value: PickleValue = { kind: 'dict', entries: Object.entries(tensors) };
  await writeCheckpoint(path, value);
  return { path, name: 'model.pth' };
}

type Untouched = {
  readonly what: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly beside?: Readonly<Record<string, PyTensor>>;
  readonly bias?: false;
  readonly dtype?: keyof typeof itemBytes;
};

const itemBytes = { float64: 8, float32: 4, bfloat16: 2, float16: 2 };

function tensor(dtype: keyof typeof itemBytes, shape: readonly number[], bytes?: Uint8Array): PyTensor {
  const length = shape.reduce((product, size) => product * size, 1);
  const content = bytes ?? new Uint8Array(length * itemBytes[dtype]);
  return { kind: 'tensor', shape, storage: { dtype, length, bytes: async () => content } };
}

function floats(length: number): Uint8Array {
  return new Uint8Array(Float32Array.from({ length }, (_, i) => Math.sin(i + 1)).buffer);
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import digests from '../golden/torchao/digests.json' with { type: 'json' };
import { zeropoint } from './judged.ts';
import { withRealTools } from './with-real-tools.ts';

const golden = (name: string) => fileURLToPath(new URL(`../golden/torchao/${name}`, import.meta.url));

const { judged, scratch } = withRealTools();

type Scheme = {
  readonly dtype: 'int8' | 'fp8_e4m3fn' | 'fp8_e5m2';
  readonly granularity: 'per_row' | 'per_tensor' | 'per_group';
};

const schemes: readonly Scheme[] = (['int8', 'fp8_e4m3fn', 'fp8_e5m2'] as const).flatMap((dtype) =>
  (['per_row', 'per_tensor', 'per_group'] as const).map((granularity) => ({ dtype, granularity })),
);
const group_size = 32;

/** Further words of `--set`, and whether the result is torchao's to the bit. */
const manners = [
  { manner: 'as .pth', settings: [], exact: false, output: 'quantized_model_torchao.pth' },
  {
    manner: 'as safetensors',
    settings: ['output_format=safetensors'],
    exact: false,
    output: 'quantized_model_torchao.safetensors',
  },
  {
    manner: 'to the bit',
    settings: ['compat=torchao-0.18'],
    exact: true,
    output: 'quantized_model_torchao.pth',
  },
] as const;

test.each(manners)('every scheme of every dtype is loaded and run by torchao: $manner', async ({ manner, ...rest }) => {
  const files = (['float32', 'bfloat16', 'float16', 'float64'] as const).flatMap((weights) =>
    // Real torchao takes float64 for FP8 only.
    schemes.filter(({ dtype }) => weights !== 'float64' || dtype !== 'int8').map((scheme) => ({ weights, ...scheme })),
  );
  const cases = [];
  for (const { weights, dtype, granularity } of files) {
    const title = `${weights} ${dtype} ${granularity} ${manner}`;
    const out = scratch(title.replaceAll(' ', '-'));
    const input = golden(`zoo.${weights}.pth`);
    const sets = [`granularity=${granularity}`, ...(granularity === 'per_group' ? [`group_size=${group_size}`] : [])];
    const options = [...sets, ...rest.settings].flatMap((setting) => ['--set', setting]);
    await zeropoint('quantize', input, '--backend', 'torchao', '--weights', dtype, '--out', out, ...options);
    cases.push({ title, input, ours: join(out, rest.output), dtype, granularity, group_size, exact: rest.exact });
  }
  const list = scratch(`${manner}.json`);
  await writeFile(list, JSON.stringify(cases));
  console.log(await judged(['judge_schemes.py', list]));
});

test('files of older releases, migrated, load in torchao 0.18 and stand for the same numbers', async () => {
  const folder = scratch('migrated');
  await mkdir(folder);
  const names = Object.keys(digests.dequantized);
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) await zeropoint('migrate', golden(name), '--out', join(folder, name));
  console.log(await judged(['judge_migrated.py', folder, golden('digests.json')]));
});

test('training goes on from a checkpoint whose rest was kept; shards give the same network', async () => {
  await judged(['make_inputs.py', scratch()]);
  const quantize = (model: string, out: string, ...options: readonly string[]) =>
    zeropoint('quantize', scratch(model), '--backend', 'torchao', '--out', scratch(out), ...options);
  await quantize('training.pth', 'kept', '--set', 'rest_of_checkpoint=keep');
  await quantize('sharded', 'joined');
  const result = (out: string) => scratch(out, 'quantized_model_torchao.pth');
  console.log(await judged(['judge_kept.py', scratch('training.pth'), result('kept'), result('joined')]));
});

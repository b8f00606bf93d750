import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoFile } from '../kit/demo-file.ts';
import { interopPython } from './python-environment.ts';

const run = promisify(execFile);
const demo = (name: string) => demoFile(name).path;

let python: string;
let scratch: string;
beforeAll(async () => {
  python = await interopPython((line) => console.log(line));
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-interop-'));
}, 1_800_000);
afterAll(() => rm(scratch, { recursive: true, force: true }));

const calibration = demo('calibration.npz');
const evaluation = demo('evaluation.npz');

type Case = {
  readonly title: string;
  readonly model: string;
  readonly options: readonly string[];
  readonly output: string;
  readonly judge: (ours: string) => readonly string[];
};

const torchao = (model: string, net: string): Case => ({
  title: `torchao: ${model}`,
  model: demo(model),
  options: ['--backend', 'torchao'],
  output: 'quantized_model_torchao.pth',
  judge: (ours) => ['judge_torchao.py', ours, demo(model), net, evaluation],
});

const modeloptPytorch = (name: string, net: string): Case => ({
  title: `modelopt.pytorch: ${name}`,
  model: demo(`${name}.pth`),
  options: [
    '--backend',
    'modelopt.pytorch',
    '--algorithm',
    'minmax',
    '--graph',
    demo(`${name}.onnx`),
    '--calibration',
    calibration,
  ],
  output: 'quantized_model_modelopt.pytorch.pth',
  judge: (ours) => ['judge_modelopt_torch.py', ours, demo(`${name}.pth`), net, calibration, evaluation],
});

const modeloptOnnx = (name: string): Case => ({
  title: `modelopt.onnx: ${name}`,
  model: demo(`${name}.onnx`),
  options: ['--backend', 'modelopt.onnx', '--algorithm', 'max', '--calibration', calibration],
  output: 'quantized_model.onnx',
  judge: (ours) => ['judge_modelopt_onnx.py', ours, demo(`${name}.onnx`), calibration, evaluation],
});

const cases: readonly Case[] = [
  torchao('digits-cnn.pth', 'digits_cnn'),
  torchao('digits-cnn.lightning.ckpt.pth', 'digits_cnn'),
  torchao('digits-vit.pth', 'digits_vit'),
  modeloptPytorch('digits-cnn', 'digits_cnn'),
  modeloptPytorch('digits-vit', 'digits_vit'),
  modeloptOnnx('digits-cnn'),
  modeloptOnnx('digits-vit'),
];

test.each(cases)(
  'the real tool accepts what we write and agrees with it: $title',
  async ({ title, model, options, output, judge }) => {
    const out = join(scratch, title.replaceAll(/[^a-z.-]+/g, '-'));
    await run(process.execPath, ['--import', 'tsx', 'apps/cli/main.ts', 'quantize', model, '--out', out, ...options]);
    const [script = '', ...rest] = judge(join(out, output));
    const verdict = await run(python, [fileURLToPath(new URL(script, import.meta.url)), ...rest], {
      maxBuffer: 1 << 26,
    }).catch((error: { stderr?: string }) => ({ stdout: '', stderr: `REFUSED ${error.stderr}` }));
    expect(verdict.stderr).not.toMatch(/^REFUSED/);
    console.log(`${title}: ${verdict.stdout.trim().split('\n').at(-1)}`);
  },
);

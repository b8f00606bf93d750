import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demoFile } from '../kit/demo-file.ts';
import { zeropoint } from './judged.ts';
import { withRealTools } from './with-real-tools.ts';

const demo = (name: string) => demoFile(name).path;

const { judged, scratch } = withRealTools();

const calibration = demo('calibration.npz');
const evaluation = demo('evaluation.npz');

type Case = {
  readonly title: string;
  readonly model: string;
  readonly options: readonly string[];
  readonly output: string;
  readonly judge: (ours: string) => readonly string[];
};

const torchao = (model: string, net: string, weights = 'int8'): Case => ({
  title: `torchao: ${model} ${weights}`,
  model: demo(model),
  options: [
    '--backend',
    'torchao',
    '--weights',
    weights,
    '--graph',
    demo(`${net.replace('_', '-')}.onnx`),
    '--evaluation',
    evaluation,
  ],
  output: 'quantized_model_torchao.pth',
  judge: (ours) => ['judge_torchao.py', ours, demo(model), net, evaluation, `${weights} per_row`],
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

const cases: readonly Case[] = [
  torchao('digits-cnn.pth', 'digits_cnn'),
  torchao('digits-cnn.lightning.ckpt.pth', 'digits_cnn'),
  torchao('digits-vit.pth', 'digits_vit'),
  torchao('digits-cnn.pth', 'digits_cnn', 'fp8_e4m3fn'),
  torchao('digits-vit.pth', 'digits_vit', 'fp8_e4m3fn'),
  modeloptPytorch('digits-cnn', 'digits_cnn'),
  modeloptPytorch('digits-vit', 'digits_vit'),
];

test.each(cases)(
  'the real tool accepts what we write and agrees with it: $title',
  async ({ title, model, options, output, judge }) => {
    const out = scratch(title.replaceAll(/[^a-z0-9.-]+/g, '-'));
    const result = JSON.parse(await zeropoint('quantize', model, '--out', out, '--json', ...options));
    const verdict = await judged(judge(join(out, output)));
    console.log(`${title}: ${verdict}`);
    // What the companion graph measured is what PyTorch measures.
    const score = result.evaluation?.quantized;
    if (score) expect(verdict).toContain(`accuracy ${(score.correct / score.total).toFixed(4)}`);
  },
);

import { join } from 'node:path';
import { test } from 'vitest';
import { demoFile } from '../kit/demo-file.ts';
import { zeropoint } from './judged.ts';
import { withRealTools } from './with-real-tools.ts';

const demo = (name: string) => demoFile(name).path;

const { judged, scratch } = withRealTools();

/** Options under the names that ModelOpt gives them. */
type Case = {
  readonly quantize_mode: 'int8' | 'fp8';
  readonly calibration_method: 'max' | 'entropy';
  readonly high_precision_dtype: 'fp16' | 'fp32';
  readonly dq_only?: boolean;
};

const cases: readonly Case[] = [
  ...(['int8', 'fp8'] as const).flatMap((quantize_mode) =>
    (['max', 'entropy'] as const).flatMap((calibration_method) =>
      (['fp16', 'fp32'] as const).map((high_precision_dtype) => ({
        quantize_mode,
        calibration_method,
        high_precision_dtype,
      })),
    ),
  ),
  { quantize_mode: 'int8', calibration_method: 'max', high_precision_dtype: 'fp16', dq_only: true },
];

const networks = ['digits-cnn', 'digits-vit'] as const;

test.each(networks.flatMap((network) => cases.map((options) => ({ network, options, title: titleOf(options) }))))(
  'the real ModelOpt places the same pairs with the same scales: $network $title',
  async ({ network, options, title }) => {
    const model = demo(`${network}.onnx`);
    const calibration = demo('calibration.npz');
    const out = scratch(`${network}-${title}`);
    const { calibration_method, ...others } = options;
    // Which samples are drawn, the manifest says, and the judge gives ModelOpt the same.
    const settings = Object.entries({ ...others, max_samples: 64, compat: 'modelopt-0.47' });
    await zeropoint(
      ...['quantize', model, '--backend', 'modelopt.onnx', '--algorithm', calibration_method, '--out', out, '--json'],
      ...['--calibration', calibration, ...settings.flatMap(([key, value]) => ['--set', `${key}=${value}`])],
    );
    const ours = join(out, 'quantized_model.onnx');
    const files = [ours, model, calibration, demo('evaluation.npz')];
    const verdict = await judged(['judge_modelopt_onnx.py', ...files, JSON.stringify(options)]);
    console.log(`${network} ${title}: ${verdict}`);
  },
);

function titleOf(options: Case): string {
  const { quantize_mode, calibration_method, high_precision_dtype, dq_only } = options;
  return [quantize_mode, calibration_method, high_precision_dtype, ...(dq_only ? ['dq_only'] : [])].join('-');
}

import type { InputFiles } from '#contract/backend.ts';
import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';

type Idle = { readonly isIdle: (settings: OnnxSettings) => boolean; readonly says: string };

/** Options that the mode, which rules may decide, or the precision leaves nothing to do. */
const idle: readonly Idle[] = [
  {
    isIdle: ({ mha_accumulation_dtype, mode }) => mha_accumulation_dtype === 'fp32' && mode === 'int8',
    says: 'mha_accumulation_dtype fp32 has no effect with INT8: only in FP8 are the products of an attention cast.',
  },
  {
    isIdle: ({ mha_accumulation_dtype, mode, high_precision_dtype }) =>
      mha_accumulation_dtype === 'fp32' && mode === 'fp8' && high_precision_dtype === 'fp32',
    says: 'mha_accumulation_dtype fp32 has no effect with high_precision_dtype fp32: everything is computed in float32.',
  },
  {
    isIdle: ({ target_dla, mode }) => target_dla && mode === 'fp8',
    says: 'target_dla has no effect with FP8: its placement is one of INT8.',
  },
];

/** As warnings of a plan. */
export function idleSettings(
  settings: OnnxSettings,
  { calibration }: Pick<InputFiles, 'calibration'>,
): readonly string[] {
  const unused =
    settings.random_calibration && calibration
      ? [`random_calibration has no effect: ranges come from ${calibration.name}, which was given.`]
      : [];
  return [...idle.filter(({ isIdle }) => isIdle(settings)).map(({ says }) => says), ...unused];
}

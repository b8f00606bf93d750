import type { TorchPreset } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { NumberFormat } from '../quantizer.ts';

export type PresetNumerics = {
  readonly format: NumberFormat;
  readonly weightAxis: 0 | null;
  readonly inputs: 'on' | 'off';
};

/** What ModelOpt's configurations say of weights and inputs. Outputs are off in all of them. */
export const presetNumerics: { readonly [Preset in TorchPreset]: PresetNumerics } = {
  INT8_DEFAULT_CFG: { format: 'int8', weightAxis: 0, inputs: 'on' },
  INT8_SMOOTHQUANT_CFG: { format: 'int8', weightAxis: 0, inputs: 'on' },
  INT8_WEIGHT_ONLY_CFG: { format: 'int8', weightAxis: 0, inputs: 'off' },
  FP8_DEFAULT_CFG: { format: 'fp8_e4m3fn', weightAxis: null, inputs: 'on' },
};

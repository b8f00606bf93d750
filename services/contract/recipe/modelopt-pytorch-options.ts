import { maxSamplesOption } from './max-samples-option.ts';
import type { OptionCard } from './option-card.ts';

const yesOrNo = { oneOf: [false, true] } as const;

/** ModelOpt's own configurations that a recipe may name. */
const presets = ['INT8_DEFAULT_CFG', 'INT8_WEIGHT_ONLY_CFG', 'INT8_SMOOTHQUANT_CFG', 'FP8_DEFAULT_CFG'] as const;

/** Releases whose sets of quantizers differ: LayerNorm has some from 0.44 on, Embedding from 0.45 on. */
const releases = ['0.47', '0.45', '0.44', '0.41'] as const;

/**
 * `backend_kwargs` of modelopt.pytorch. TAO Quant stores the section and reads none of it, so the names are
 * Zeropoint's, but for the presets, which are ModelOpt's.
 */
export const modeloptPytorchOptions = {
  preset: {
    title: 'Preset',
    help: 'ModelOpt’s configuration for layers that no rule names. Absent: INT8_DEFAULT_CFG without rules, and nothing with rules. INT8_SMOOTHQUANT_CFG decides the algorithm, too.',
    takes: { oneOf: [null, ...presets] },
    initial: null,
  },
  percentile: {
    title: 'Percentile',
    help: 'For the algorithm percentile: how much of the magnitudes lies below amax.',
    takes: { number: { min: 50, max: 100 } },
    initial: 99.99,
    withAlgorithm: 'percentile',
  },
  smoothquant_alpha: {
    title: 'SmoothQuant alpha',
    help: 'For the algorithm smoothquant: how much of the difficulty moves from activations into weights.',
    takes: { number: { min: 0, max: 1 } },
    initial: 1,
    withAlgorithm: 'smoothquant',
  },
  module_classes: {
    title: 'Classes of modules',
    group: 'modules',
    help: 'PyTorch classes of modules that neither the checkpoint nor the companion graph tells, as name=class.',
    takes: { texts: { of: 'pairs name=class', example: 'pool=MaxPool2d' } },
    initial: [],
  },
  max_samples: maxSamplesOption,
  seed: {
    title: 'Seed',
    group: 'calibration',
    help: 'Which samples are drawn.',
    takes: { integer: { min: 0, max: 2 ** 31 - 1 } },
    initial: 0,
  },
  batch_size: {
    title: 'Calibration batch',
    group: 'calibration',
    help: 'Samples in a batch of the calibration. With entropy and percentile amax depends on it, since the first batch sets the width of the bins; absent, they take one sample.',
    takes: { integer: { min: 1, max: 4_096 } },
    initial: null,
  },
  export_onnx: {
    title: 'Q/DQ model as well',
    group: 'result',
    help: 'Writes the companion graph with Q/DQ pairs where the quantizers are, as ModelOpt’s own export places them.',
    takes: yesOrNo,
    initial: false,
  },
  compress: {
    title: 'Compressed weights',
    group: 'result',
    help: 'Weights are stored as integers or FP8 instead of as floats with an amax.',
    takes: yesOrNo,
    initial: false,
  },
  modelopt_version: {
    title: 'Read by ModelOpt',
    group: 'result',
    help: 'The release that restores the file: before 0.44 it knows no quantizers of LayerNorm, before 0.45 none of Embedding.',
    takes: { oneOf: releases },
    initial: '0.47',
  },
  compat: {
    title: 'Exactly as',
    group: 'exactness',
    help: 'TAO Quant to the quantizer: layers that no rule names are quantized to INT8 all the same, and weights have one scale for the tensor.',
    takes: { oneOf: [null, 'tao'] },
    initial: null,
  },
} as const satisfies Record<string, OptionCard>;

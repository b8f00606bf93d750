import type { Rule } from './rule.ts';
import { attentionRules } from './rules/attention.ts';
import { modelRules } from './rules/model.ts';
import { pairRules } from './rules/pairs.ts';
import { placementRules } from './rules/placement.ts';
import { pluginRules } from './rules/plugins.ts';
import { scaleRules } from './rules/scales.ts';
import { typeRules } from './rules/types.ts';
import { weightRules } from './rules/weights.ts';

/**
 * What TensorRT asks of a network with explicit quantization, by the ids of docs/command-line.md. Q27, a model of more
 * than 2 GiB or with weights outside its folder, is missing: such a file is refused when it is read.
 * Sources: onnx/onnx-tensorrt onnxOpImporters.cpp and docs/operators.md; NVIDIA's documentation of explicit quantization.
 */
export const rules: Readonly<Record<string, Rule>> = {
  ...pairRules,
  ...scaleRules,
  ...typeRules,
  ...weightRules,
  ...placementRules,
  ...attentionRules,
  ...modelRules,
  ...pluginRules,
};

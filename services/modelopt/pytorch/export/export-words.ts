import { listNames } from '#contract/list-names.ts';
import type { Companion, CompanionWeight } from '#engine/companion/companion.ts';
import type { ExportedQuantizer, LeftQuantizer } from './exported-quantizer.ts';

export type ExportFacts = {
  readonly companion: Companion;
  readonly quantizers: readonly ExportedQuantizer[];
  readonly left: readonly LeftQuantizer[];
};

/** What a person ought to know of the exported graph. */
export function exportWarnings({ left, ...facts }: ExportFacts): readonly string[] {
  const reasons = [...new Set(left.map(({ why }) => why))];
  const byInputs = modulesOf(facts, ({ quantizer, amax }, { sites }) => {
    const isPerChannel = quantizer.axis !== null && amax.values.length > 1;
    return isPerChannel && sites.some(({ op }) => op === 'ConvTranspose');
  });
  return [
    ...(facts.companion.isConverted ? [inFloat32] : []),
    ...reasons.map((why) => {
      const names = left.filter((one) => one.why === why).map(({ name }) => name);
      return `The Q/DQ model has no pairs for ${listNames(names)}: ${why}. It computes in float there.`;
    }),
    ...(byInputs.length > 0
      ? [
          `The Q/DQ model has a scale for each input channel of ${listNames(byInputs)}, as ModelOpt calibrates a ConvTranspose; TensorRT takes one for each output channel, or one for the tensor: for TensorRT write a rule with quant_axis null.`,
        ]
      : []),
  ];
}

const inFloat32 =
  'The Q/DQ model is in float32 with the checkpoint’s weights, whatever type the companion graph has; modelopt.onnx makes half precision of a model.';

/** Where the exported graph departs on purpose from what ModelOpt would export. */
export function exportDeviations(facts: Omit<ExportFacts, 'left'>): readonly string[] {
  const hasFloat8 = facts.quantizers.some(({ quantizer: { format } }) => format === 'fp8_e4m3fn');
  const folded = modulesOf(facts, (_, { transformation: { fold } }) => fold !== null);
  const moved = modulesOf(facts, ({ amax }, { transformation: { fold }, sites }) => {
    const keepsChannels = amax.values.length > 1 && sites.every(({ op }) => op === 'Conv');
    return fold !== null && !keepsChannels;
  });
  return [
    ...(hasFloat8 ? [standardFloat8] : []),
    ...(folded.length > 0
      ? [
          `The companion graph has BatchNorm folded into ${listNames(folded)}, so the Q/DQ model has the scales of the folded weights, as ModelOpt deploys FP8; its export of INT8 keeps BatchNorm behind the convolution.`,
        ]
      : []),
    ...(moved.length > 0
      ? [
          `The Q/DQ model rounds the weight of ${listNames(moved)} otherwise than the .pth does, whose scale is of the weight before BatchNorm was folded in; a companion with BatchNorm left in it would not.`,
        ]
      : []),
  ];
}

const standardFloat8 =
  'FP8 in the Q/DQ model is ONNX’s own QuantizeLinear and DequantizeLinear with FLOAT8E4M3FN, which TensorRT takes from 10 on; ModelOpt exports operators of TensorRT’s domain, which ONNX Runtime cannot compute. ONNX Runtime’s CPU needs session.disable_quant_qdq = 1, or it refuses the graph, and the optimizer ReluQuantRewrite off, or it drops every Relu in front of FP8 and answers wrongly.';

type Condition = (one: ExportedQuantizer, weight: CompanionWeight) => boolean;

/** Modules with a quantized weight in the graph of which something holds. */
function modulesOf({ companion, quantizers }: Omit<ExportFacts, 'left'>, holds: Condition): readonly string[] {
  const weights = quantizers.filter(({ quantizer }) => quantizer.role === 'weight');
  return weights
    .filter((one) =>
      companion.weights.some((weight) => weight.tensor === one.quantizer.weight?.name && holds(one, weight)),
    )
    .map(({ quantizer: { module } }) => module);
}

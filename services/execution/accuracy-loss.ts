import type { EvaluationPair } from '#contract/outcome.ts';
import type { Algorithm, Recipe } from '#contract/recipe/recipe.ts';

/** A sentence where quantization costs so much accuracy that the result should not be used as it is, with what to try; else null. */
export function tellAccuracyLoss({ float, quantized }: EvaluationPair, recipe: Recipe): string | null {
  const [before, after] = [float, quantized].map(({ correct, total }) => correct / total);
  if (before === undefined || after === undefined || !(before - after > muchLoss)) return null;
  const remedy = recipe.algorithm === null ? forWeights : remedies[recipe.algorithm];
  return `Accuracy falls by ${points(before - after)} points, from ${points(before)} % to ${points(after)} %, so this result is hardly of use. ${remedy}`;
}

/** What teams take for a failed quantization: well above what calibration costs a network that bears 8 bits. */
const muchLoss = 0.05;

const leaveOut = 'leave the layers that lose most in high precision with skip_names, often the first and the last';
const forWeights = `Give each channel a scale of its own, or ${leaveOut}.`;
const forMax = `Try fp8_e4m3fn, or ${leaveOut}.`;

const remedies = {
  minmax: forMax,
  max: forMax,
  mse: forMax,
  smoothquant: forMax,
  entropy: `Entropy cuts the ranges of activations, and too far where most values are near zero: try algorithm: minmax, or ${leaveOut}.`,
  percentile: `A percentile cuts the ranges of activations: try algorithm: minmax, or a higher percentile, or ${leaveOut}.`,
} satisfies Readonly<Record<Algorithm, string>>;

function points(fraction: number): string {
  return (100 * fraction).toFixed(2);
}

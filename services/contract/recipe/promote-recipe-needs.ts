import { needsCalibration } from './needs-calibration.ts';
import { needsGraph } from './needs-graph.ts';
import type { Recipe } from './recipe.ts';

/** What a next step may take that the one before had no use for, in words. */
export const promotionNeedWords = {
  COMPANION_GRAPH: 'An ONNX export of the same network, as companion graph of the model version.',
  ONNX_MODEL: 'The network as ONNX, which takes the place of the checkpoint.',
  CALIBRATION: 'Calibration data: samples like those of production.',
} as const satisfies Record<string, string>;

export type PromotionNeed = keyof typeof promotionNeedWords;

export function promotionNeeds(before: Recipe, after: Recipe): readonly PromotionNeed[] {
  return [
    ...(needsGraph(after) && !needsGraph(before) ? (['COMPANION_GRAPH'] as const) : []),
    ...(after.backend === 'modelopt.onnx' && before.backend !== 'modelopt.onnx' ? (['ONNX_MODEL'] as const) : []),
    ...(needsCalibration(after) && !needsCalibration(before) ? (['CALIBRATION'] as const) : []),
  ];
}

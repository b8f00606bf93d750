import type { BackendInput } from '#contract/backend.ts';
import type { Plan, PlannedLayer, PlannedTensor } from '#contract/plan.ts';
import { checkRecipe } from '#contract/recipe/check-recipe.ts';
import type { WeightRequest } from '#contract/recipe/torchao-request.ts';
import { withCheckpoint } from '#engine/formats/checkpoint/with-checkpoint.ts';
import { refuseQuantized } from '#engine/formats/pth/refuse-quantized.ts';
import { carriedBytes } from './carried-bytes.ts';
import { type Judged, judgeCheckpoint } from './judge-checkpoint.ts';
import { layOut } from './lay-out.ts';
import { warningsOf } from './plan-warnings.ts';
import { refuseComposed } from './refuse-composed.ts';

/** Reads the pickle of the checkpoint, and no tensor unless a companion graph has to settle a class. Errors: those of `openCheckpoint`, RECIPE_INVALID, RULE_MATCHES_NOTHING, UNSUPPORTED, WRONG_BACKEND. */
export async function plan({ recipe, files }: BackendInput): Promise<Plan> {
  checkRecipe(recipe);
  return withCheckpoint(files.model, async (checkpoint) => {
    refuseQuantized(checkpoint, files.model.name);
    refuseComposed(checkpoint);
    const judged = await judgeCheckpoint(checkpoint, { recipe, files });
    const laidOut = layOut(checkpoint, judged);
    return {
      backend: 'torchao',
      layers: judged.layers.map(planned),
      rules: judged.matched.rules,
      warnings: [...judged.matched.warnings, ...warningsOf({ judged, checkpoint, laidOut, files })],
      bytesBefore: carriedBytes(checkpoint, judged.settings),
      bytesAfter: laidOut.placed.bytes,
    };
  });
}

function planned({ layer, verdict, reason, request }: Judged): PlannedLayer {
  return {
    name: layer.name,
    class: layer.class,
    evidence: layer.evidence,
    shape: layer.weight?.shape ?? [],
    verdict,
    weights: request && plannedWeight(request),
    activations: null,
    reason,
  };
}

function plannedWeight({ dtype, granularity }: WeightRequest): PlannedTensor {
  switch (granularity.kind) {
    case 'per_row':
      return { dtype, granularity: 'per-channel', axis: 0 };
    case 'per_tensor':
      return { dtype, granularity: 'per-tensor', axis: null };
    case 'per_group':
      return { dtype, granularity: 'per-group', axis: 1, groupSize: granularity.size };
  }
}

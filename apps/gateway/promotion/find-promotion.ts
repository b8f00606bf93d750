import { InputError } from '#contract/failure.ts';
import { howToExport } from '#contract/recipe/missing-graph.ts';
import { needsCalibration } from '#contract/recipe/needs-calibration.ts';
import { needsGraph } from '#contract/recipe/needs-graph.ts';
import { nextBackend, type Promotion, promoteRecipe } from '#contract/recipe/promote-recipe.ts';
import { type BackendId, backendIds } from '#contract/recipe/recipe.ts';
import { stored } from '../schema/stored.ts';
import { findCalibration } from './find-calibration.ts';
import { findKnownModel } from './find-known-model.ts';
import { findOnnxVersion } from './find-onnx-version.ts';
import { findWithGraph, type GraphOwner } from './find-with-graph.ts';
import type { PromotableRun, PromotionScope } from './promotable-run.ts';

/** The next run as it would be, with what there is for it and what is missing. */
export type FoundPromotion = {
  readonly promotion: Promotion;
  /** null: it has to be made from `graph`, or there is none to make it from. */
  readonly modelVersionId: string | null;
  /** The version whose companion graph is the network as ONNX, where the next step takes one. */
  readonly graph: GraphOwner | null;
  readonly calibrationVersionId: string | null;
  readonly evaluationVersionId: string | null;
  readonly missing: readonly InputError[];
};

export type PromotionWishes = {
  /** A backend's id; the next one if absent. */
  readonly to?: string | null | undefined;
  readonly calibrationVersionId?: string | null;
};

/** null where no step leads on from this run: it has not succeeded, or its backend is the last. */
export async function findPromotion(
  scope: PromotionScope,
  run: PromotableRun,
  wishes: PromotionWishes = {},
): Promise<FoundPromotion | null> {
  const recipe = stored('recipe', run.recipe);
  const to = recipe && readBackend(wishes.to, nextBackend(recipe.backend));
  if (run.state !== 'SUCCEEDED' || !run.modelVersionId || !recipe || !to) return null;
  const takesOnnx = to === 'modelopt.onnx';
  const promotion = promoteRecipe(recipe, to, takesOnnx ? await findKnownModel(scope, run.id, recipe) : {});
  const graph = takesOnnx || needsGraph(promotion.recipe) ? await findWithGraph(scope, run.modelVersionId) : null;
  const calibrationVersionId = needsCalibration(promotion.recipe)
    ? (wishes.calibrationVersionId ?? (await findCalibration(scope, run)))
    : null;
  return {
    promotion,
    modelVersionId: takesOnnx
      ? graph && (await findOnnxVersion(scope, graph))
      : (graph?.versionId ?? run.modelVersionId),
    graph,
    calibrationVersionId,
    evaluationVersionId: run.evaluationVersionId,
    missing: [
      ...(graph === null && (takesOnnx || needsGraph(promotion.recipe)) ? [graphMissing(to)] : []),
      ...(calibrationVersionId === null && needsCalibration(promotion.recipe) ? [calibrationMissing(to)] : []),
    ],
  };
}

function readBackend(asked: string | null | undefined, next: BackendId | null): BackendId | null {
  if (asked === null || asked === undefined || next === null) return next;
  return backendIds.slice(backendIds.indexOf(next)).find((id) => id === asked) ?? null;
}

function graphMissing(to: BackendId): InputError {
  const why =
    to === 'modelopt.onnx'
      ? `${to} quantizes the network as ONNX, and this model version has no companion graph to take it from`
      : `${to} measures activations in the ONNX export of the same network, and this model version has no companion graph`;
  return new InputError('GRAPH_MISSING', why, {
    remedy: `${howToExport} Add a version with the same checkpoint and this file as companion graph.`,
  });
}

function calibrationMissing(to: BackendId): InputError {
  return new InputError(
    'CALIBRATION_MISSING',
    `${to} measures the ranges of activations, and no run of this project has used calibration data yet`,
    { remedy: 'Choose a dataset for calibration: a few hundred samples like those of production.' },
  );
}

import { InputError } from '../failure.ts';
import { withoutFolded } from './promote-recipe-folded.ts';
import { promoteFromModeloptPytorch } from './promote-recipe-from-modelopt-pytorch.ts';
import { promoteFromTorchao } from './promote-recipe-from-torchao.ts';
import { keptSentences } from './promote-recipe-kept.ts';
import { lostInputs } from './promote-recipe-lost-inputs.ts';
import { type PromotionNeed, promotionNeeds } from './promote-recipe-needs.ts';
import type { BackendId, Recipe } from './recipe.ts';

/** A recipe taken a step further, and what became of it on the way: a sentence each, for people. */
export type PromotedRecipe = {
  readonly recipe: Recipe;
  readonly kept: readonly string[];
  readonly changed: readonly string[];
  /** What the next backend has no counterpart for. */
  readonly lost: readonly string[];
};

/** What is known of the model beside its recipe. */
export type KnownModel = {
  /** Layers with names that ModelOpt's presets leave as they are (`presetDisabledNames`). Absent: nobody has looked. */
  readonly leftByPresets?: readonly string[];
  /** Classes of layers of which only the inputs were quantized. Absent: nobody has looked. */
  readonly inputsOnly?: readonly string[];
  /** Patterns of the recipe that name only modules which the export folded into others. Absent: nobody has looked. */
  readonly foldedAway?: readonly string[];
};

export type Promotion = PromotedRecipe & {
  readonly to: BackendId;
  /** What a run of the new recipe takes that one of the old need not have. */
  readonly needs: readonly PromotionNeed[];
};

/**
 * The same wishes for the next backend of the progression torchao → modelopt.pytorch → modelopt.onnx, or for one
 * further on. The result passes `checkRecipe` if the recipe did. Errors: UNSUPPORTED where no step leads there.
 */
export function promoteRecipe(
  recipe: Recipe,
  to: BackendId | null = nextBackend(recipe.backend),
  model: KnownModel = {},
): Promotion {
  let promoted: PromotedRecipe = { recipe, kept: [], changed: [], lost: [] };
  while (promoted.recipe.backend !== to) {
    const step = steps[promoted.recipe.backend];
    if (!step || to === null) throw noWay(recipe.backend, to);
    const next = step.promote(promoted.recipe, model);
    promoted = {
      ...next,
      changed: [...promoted.changed, ...next.changed],
      lost: [...promoted.lost, ...next.lost],
    };
  }
  if (to === recipe.backend) throw noWay(recipe.backend, to);
  const known = to === 'modelopt.onnx' ? withoutFolded(promoted.recipe, model.foldedAway ?? []) : null;
  const { recipe: next, lost: folded } = known ?? { recipe: promoted.recipe, lost: [] };
  return {
    ...promoted,
    recipe: next,
    kept: folded.length > 0 ? keptSentences(next, recipe) : promoted.kept,
    lost: [...promoted.lost, ...folded, ...lostInputs(recipe, next, model.inputsOnly)],
    to,
    needs: promotionNeeds(recipe, next),
  };
}

/** The step after this one; null after the last. */
export function nextBackend(backend: BackendId): BackendId | null {
  return steps[backend]?.to ?? null;
}

type Step = { readonly to: BackendId; readonly promote: (recipe: Recipe, model: KnownModel) => PromotedRecipe };

const steps: Partial<Record<BackendId, Step>> = {
  torchao: { to: 'modelopt.pytorch', promote: promoteFromTorchao },
  'modelopt.pytorch': { to: 'modelopt.onnx', promote: promoteFromModeloptPytorch },
};

function noWay(from: BackendId, to: BackendId | null): InputError {
  return new InputError(
    'UNSUPPORTED',
    to === null ? `${from} is the last step: nothing follows it` : `No step leads from ${from} to ${to}`,
    { remedy: 'The steps are torchao, modelopt.pytorch, modelopt.onnx, in this order.' },
  );
}

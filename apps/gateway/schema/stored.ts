import type { Failure } from '#contract/failure.ts';
import type { DatasetInspection, ModelInspection } from '#contract/inspection.ts';
import type { Outcome } from '#contract/outcome.ts';
import type { Plan } from '#contract/plan.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';

/**
 * JSON columns as the contract's types. Only the coordinator and the mutations write them, after checking them, so
 * reading is trust, said in one place.
 */
type Stored = {
  readonly failure: Failure;
  readonly modelInspection: ModelInspection;
  readonly inspectionHead: Omit<ModelInspection, 'tensors'>;
  readonly datasetInspection: DatasetInspection;
  readonly outcome: Outcome;
  readonly plan: Plan;
  readonly recipe: Recipe;
};

export function stored<K extends keyof Stored>(_kind: K, json: unknown): Stored[K] | null {
  return json === null || json === undefined ? null : (json as Stored[K]);
}

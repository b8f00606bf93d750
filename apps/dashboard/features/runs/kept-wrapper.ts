/**
 * The keys that lead to the state dict in what a run wrote: those of its model where the recipe keeps the rest of
 * the checkpoint, none where the result is a plain state dict.
 */
export function keptWrapper(recipe: unknown, wrapper: readonly string[] | undefined): readonly string[] {
  const kwargs = isRecord(recipe) ? recipe.backend_kwargs : undefined;
  return isRecord(kwargs) && kwargs.rest_of_checkpoint === 'keep' ? (wrapper ?? []) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

import { InputError } from '../failure.ts';

/** A recipe that is wrong, and what to write in its place. */
export function invalidRecipe(what: string, remedy?: string, cause?: unknown): InputError {
  return new InputError('RECIPE_INVALID', `The recipe cannot be used: ${what}`, {
    ...(remedy ? { remedy } : {}),
    cause,
  });
}

/** The steps of the wizard in their order: their names in the address, and on the page. */
export const wizardSteps = [
  { id: 'goal', label: 'Goal' },
  { id: 'recipe', label: 'Recipe' },
  { id: 'inputs', label: 'Model and data' },
  { id: 'plan', label: 'Plan' },
] as const;

export const recipeStep = 1;
export const inputsStep = 2;
export const lastStep = wizardSteps.length - 1;

/**
 * The step that an address opens: the one it names, or `first` where it names none, but none before which an answer
 * is missing. `done` says of each step but the last whether it has its answers.
 */
export function stepToOpen(id: string | null, { first, done }: { first: number; done: readonly boolean[] }): number {
  const named = wizardSteps.findIndex((step) => step.id === id);
  const missing = done.indexOf(false);
  return Math.min(named < 0 ? first : named, missing < 0 ? lastStep : missing);
}

/** The query of an address with another step, everything else as it was: `?model=3&step=plan`. */
export function queryWithStep(query: string, step: number): string {
  const params = new URLSearchParams(query);
  params.set('step', (wizardSteps[step] ?? wizardSteps[0]).id);
  return `?${params}`;
}

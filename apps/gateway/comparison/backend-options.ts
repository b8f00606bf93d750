import { catalogue } from '#contract/recipe/catalogue.ts';

type Labelled = { readonly group: string; readonly label: string };

const optionTitles: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(catalogue).map(([id, { kwargs }]) => [id, new Set(Object.values(kwargs).map(({ title }) => title))]),
);

/** The group of facts that the options of a backend are. */
export const optionsGroup = 'Options';

/** Of several backends the one whose options have this one; null where more have it, or where it is no option. */
export function onlyBackendWith({ group, label }: Labelled, backends: readonly string[]): string | null {
  if (group !== optionsGroup || backends.length < 2) return null;
  const having = backends.filter((id) => optionTitles.get(id)?.has(label));
  return having.length === 1 ? (having[0] ?? null) : null;
}

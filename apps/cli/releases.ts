import type { BackendCard } from '#contract/recipe/catalogue.ts';

/** The releases of the real tool that a backend reproduces to the bit when asked. */
export function releasesOf({ kwargs }: BackendCard): readonly string[] {
  const takes = kwargs.compat?.takes;
  return takes && 'oneOf' in takes ? takes.oneOf.filter((one) => typeof one === 'string') : [];
}

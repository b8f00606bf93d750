import { matchesLayer } from '#contract/recipe/match-layers.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import type { PromotionScope } from './promotable-run.ts';

/** Patterns of a run's recipe that name only layers which, as the plan has seen, the companion graph has folded into others. */
export async function findFoldedAway(
  { tx, organizationId }: PromotionScope,
  runId: string,
  { layers: rules, skip_names }: Recipe,
): Promise<readonly string[]> {
  const patterns = [...rules.map(({ module_name }) => module_name), ...skip_names];
  if (patterns.length === 0) return [];
  const layers = await tx.$queryRaw<{ name: string; class: string; folded: boolean }[]>`
    select layer ->> 'name' as name, layer ->> 'class' as class,
      (layer ->> 'evidence') like 'the companion graph has it folded into %' as folded
    from app.runs r cross join lateral jsonb_array_elements(r.plan -> 'layers') as planned(layer)
    where r.organization_id = ${organizationId}::uuid and r.id = ${runId}::uuid`;
  return patterns.filter((pattern) => {
    const named = layers.filter(({ name, class: className }) =>
      matchesLayer(pattern, { names: [name], class: className }),
    );
    return named.length > 0 && named.every(({ folded }) => folded);
  });
}

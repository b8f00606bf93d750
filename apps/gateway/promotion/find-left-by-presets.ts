import { presetDisabledNames } from '#contract/recipe/preset-disabled-names.ts';
import type { PromotionScope } from './promotable-run.ts';

/** The patterns as SQL writes them: of wildcards they have `*` only. */
const patterns = presetDisabledNames.map((name) => name.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%'));

/** The layers of a run's plan that ModelOpt's presets leave as they are for their names. Postgres looks: a plan may have tens of megabytes. */
export async function findLeftByPresets(
  { tx, organizationId }: PromotionScope,
  runId: string,
): Promise<readonly string[]> {
  const layers = await tx.$queryRaw<{ name: string }[]>`
    select layer ->> 'name' as name
    from app.runs r cross join lateral jsonb_array_elements(r.plan -> 'layers') with ordinality as planned(layer, nth)
    where r.organization_id = ${organizationId}::uuid and r.id = ${runId}::uuid
      and (layer ->> 'name') || '.weight_quantizer' like any(${patterns}::text[])
    order by nth`;
  return layers.map(({ name }) => name);
}

import type { PromotionScope } from './promotable-run.ts';

/**
 * The classes of which a run's plan quantizes the inputs of a layer and no weight, in whichever words of verdict it
 * was stored. Postgres looks: a plan may have tens of megabytes.
 */
export async function findInputsOnly(
  { tx, organizationId }: PromotionScope,
  runId: string,
): Promise<readonly string[]> {
  const layers = await tx.$queryRaw<{ class: string }[]>`
    select distinct layer ->> 'class' as class
    from app.runs r cross join lateral jsonb_array_elements(r.plan -> 'layers') as layer
    where r.organization_id = ${organizationId}::uuid and r.id = ${runId}::uuid
      and jsonb_typeof(layer -> 'activations') = 'object' and jsonb_typeof(layer -> 'weights') <> 'object'`;
  return layers.map((layer) => layer.class);
}

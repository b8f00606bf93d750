import { matchesLayer } from '#contract/recipe/match-layers.ts';
import { presetDisabledNames } from '#contract/recipe/preset-disabled-names.ts';
import type { KnownModel } from '#contract/recipe/promote-recipe.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import type { PromotionScope } from './promotable-run.ts';

/** What a run's own plan says of its network. Postgres looks through it: a plan may have tens of megabytes. */
export async function findKnownModel(
  { tx, organizationId }: PromotionScope,
  runId: string,
  { layers: rules, skip_names }: Recipe,
): Promise<KnownModel> {
  const patterns = [...rules.map(({ module_name }) => module_name), ...skip_names];
  // Whether a pattern names folded layers only takes all the layers to tell.
  const layers = await tx.$queryRaw<PlannedLayer[]>`
    select * from (
      select nth, layer ->> 'name' as name, layer ->> 'class' as class,
        coalesce((layer ->> 'name') || '.weight_quantizer' like any(${disabled}::text[]), false) as "isLeftByPresets",
        coalesce(jsonb_typeof(layer -> 'activations') = 'object' and jsonb_typeof(layer -> 'weights') <> 'object', false)
          as "isInputsOnly",
        coalesce((layer ->> 'evidence') like 'the companion graph has it folded into %', false) as "isFolded"
      from app.runs r cross join lateral jsonb_array_elements(r.plan -> 'layers') with ordinality as planned(layer, nth)
      where r.organization_id = ${organizationId}::uuid and r.id = ${runId}::uuid
    ) as told
    where "isLeftByPresets" or "isInputsOnly" or ${patterns.length > 0}
    order by nth`;
  return {
    leftByPresets: layers.filter(({ isLeftByPresets }) => isLeftByPresets).map(({ name }) => name),
    inputsOnly: [...new Set(layers.filter(({ isInputsOnly }) => isInputsOnly).map((layer) => layer.class))],
    foldedAway: patterns.filter((pattern) => {
      const named = layers.filter((layer) => matchesLayer(pattern, { names: [layer.name], class: layer.class }));
      return named.length > 0 && named.every(({ isFolded }) => isFolded);
    }),
  };
}

type PlannedLayer = {
  readonly name: string;
  readonly class: string;
  readonly isLeftByPresets: boolean;
  readonly isInputsOnly: boolean;
  readonly isFolded: boolean;
};

/** The patterns as SQL writes them: of wildcards they have `*` only. */
const disabled = presetDisabledNames.map((name) => name.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%'));

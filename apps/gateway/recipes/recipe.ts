import { recipeToYaml } from '#contract/recipe/recipe-to-yaml.ts';
import { builder } from '../schema/builder.ts';
import { tenantKey } from '../schema/node.ts';
import { stored } from '../schema/stored.ts';

const RecipeVersionType = builder.prismaNode('RecipeVersion', {
  id: { field: 'id' },
  nullable: true,
  findUnique: tenantKey,
  fields: (t) => ({
    number: t.exposeInt('number'),
    body: t.field({ type: 'JSON', resolve: (version) => version.body }),
    yaml: t.string({ resolve: (version) => toYaml(version.body) }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

export const RecipeType = builder.prismaNode('Recipe', {
  id: { field: 'id' },
  nullable: true,
  findUnique: tenantKey,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    name: t.exposeString('name'),
    latestVersion: t.prismaField({
      type: RecipeVersionType,
      resolve: (query, { organizationId, id }, _, { db }) =>
        db.recipeVersion.findFirstOrThrow({
          ...query,
          where: { organizationId, recipeId: id },
          orderBy: { number: 'desc' },
        }),
    }),
  }),
});

/** A stored recipe as TAO's section. */
export function toYaml(body: unknown): string {
  const recipe = stored('recipe', body);
  return recipe?.backend ? recipeToYaml(recipe) : '';
}

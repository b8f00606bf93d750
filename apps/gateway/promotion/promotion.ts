import { nextBackend } from '#contract/recipe/promote-recipe.ts';
import { promotionNeedWords } from '#contract/recipe/promote-recipe-needs.ts';
import { promotionReasons } from '#contract/recipe/promote-recipe-reasons.ts';
import { backendIds } from '#contract/recipe/recipe.ts';
import { recipeToYaml } from '#contract/recipe/recipe-to-yaml.ts';
import { can } from '../auth/permissions.ts';
import { DatasetVersionType } from '../datasets/dataset.ts';
import { ModelVersionType } from '../models/model-version.ts';
import { RunType } from '../runs/run.ts';
import { builder } from '../schema/builder.ts';
import { FailureType } from '../schema/failure.ts';
import { type FoundPromotion, findPromotion } from './find-promotion.ts';
import { promotableColumns } from './promotable-run.ts';

type Shown = FoundPromotion & { readonly organizationId: string };

const key = (organizationId: string, id: string) => ({ organizationId_id: { organizationId, id } });

const PromotionType = builder.objectRef<Shown>('Promotion').implement({
  description: 'The next run of the progression as `promoteRun` would make it.',
  fields: (t) => ({
    to: t.string({ description: 'The id of its backend.', resolve: ({ promotion }) => promotion.to }),
    why: t.string({ resolve: ({ promotion }) => promotionReasons[promotion.to] }),
    recipeYaml: t.string({ resolve: ({ promotion }) => recipeToYaml(promotion.recipe) }),
    kept: t.stringList({ resolve: ({ promotion }) => [...promotion.kept] }),
    changed: t.stringList({ resolve: ({ promotion }) => [...promotion.changed] }),
    lost: t.stringList({
      description: 'What the next backend has no counterpart for.',
      resolve: ({ promotion }) => [...promotion.lost],
    }),
    needs: t.stringList({
      description: 'What it takes that the run before need not have had.',
      resolve: ({ promotion }) => promotion.needs.map((need) => promotionNeedWords[need]),
    }),
    takesCalibration: t.boolean({
      resolve: ({ calibrationVersionId, missing }) =>
        calibrationVersionId !== null || missing.some(({ code }) => code === 'CALIBRATION_MISSING'),
    }),
    modelVersion: t.prismaField({
      type: ModelVersionType,
      nullable: true,
      description: 'null: it is made from `graphOf`, or that is missing.',
      resolve: (query, { organizationId, modelVersionId }, _, { db }) =>
        modelVersionId ? db.modelVersion.findUnique({ ...query, where: key(organizationId, modelVersionId) }) : null,
    }),
    graphOf: t.prismaField({
      type: ModelVersionType,
      nullable: true,
      description: 'The model version whose companion graph is used.',
      resolve: (query, { organizationId, graph }, _, { db }) =>
        graph ? db.modelVersion.findUnique({ ...query, where: key(organizationId, graph.versionId) }) : null,
    }),
    calibration: t.prismaField({
      type: DatasetVersionType,
      nullable: true,
      resolve: (query, { organizationId, calibrationVersionId: id }, _, { db }) =>
        id ? db.datasetVersion.findUnique({ ...query, where: key(organizationId, id) }) : null,
    }),
    evaluation: t.prismaField({
      type: DatasetVersionType,
      nullable: true,
      resolve: (query, { organizationId, evaluationVersionId: id }, _, { db }) =>
        id ? db.datasetVersion.findUnique({ ...query, where: key(organizationId, id) }) : null,
    }),
    missing: t.field({
      type: [FailureType],
      description: 'What `promoteRun` would be refused for.',
      resolve: ({ missing }) => missing.map((error) => error.toFailure()),
    }),
  }),
});

builder.prismaObjectFields(RunType, (t) => ({
  promotedFrom: t.relation('promotedFrom', { type: RunType, nullable: true }),
  promotedTo: t.relation('promotedTo', { type: RunType, query: { orderBy: { queuedAt: 'asc' } } }),
  viewerCanPromote: t.boolean({
    select: { state: true, backend: true },
    resolve: ({ state, backend }, _, { tenant }) => {
      const id = backendIds.find((known) => known === backend);
      return can(tenant, 'run.promote') && state === 'SUCCEEDED' && id !== undefined && nextBackend(id) !== null;
    },
  }),
  promotion: t.field({
    type: PromotionType,
    nullable: true,
    description: 'null: the run has not succeeded, or no step leads from its backend to this one.',
    args: { to: t.arg.string({ description: 'A backend’s id; the next one if absent.' }) },
    select: promotableColumns,
    resolve: async (run, { to }, { db, tenant }) => {
      const { organizationId } = tenant;
      const found = await findPromotion({ tx: db, organizationId }, run, { to });
      return found && { ...found, organizationId };
    },
  }),
}));

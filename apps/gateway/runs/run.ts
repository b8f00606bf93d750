import type { Run } from '#prisma/generated/client/client.ts';
import { ArtifactType } from '../artifacts/artifact.ts';
import { can } from '../auth/permissions.ts';
import { DatasetVersionType } from '../datasets/dataset.ts';
import { estimateRemaining, isStage } from '../dispatch/estimate-remaining.ts';
import { ModelVersionType } from '../models/model-version.ts';
import { PlanType } from '../plans/plan.ts';
import { ProjectType } from '../projects/project.ts';
import { toYaml } from '../recipes/recipe.ts';
import { builder } from '../schema/builder.ts';
import { RunStateEnum } from '../schema/enums.ts';
import { FailureType } from '../schema/failure.ts';
import { tryParseGlobalId } from '../schema/global-id.ts';
import { tenantKey } from '../schema/node.ts';
import { stored } from '../schema/stored.ts';
import { AttemptType } from './attempt.ts';
import { isOver } from './is-over.ts';
import { OutcomeType } from './outcome.ts';
import { silentFor } from './silence.ts';

export const RunType = builder.prismaNode('Run', {
  id: { field: 'id' },
  nullable: true,
  // Inspections are runs of the platform's own; people see what they found on the model or dataset version.
  findUnique: (id, context) => ({ ...tenantKey(id, context), kind: 'QUANTIZE' }),
  // Each field names its columns, so that the plan, which may have tens of megabytes, comes with none of them.
  select: { organizationId: true, id: true },
  fields: (t) => ({
    number: t.int({ select: { number: true }, resolve: (run) => run.number ?? 0 }),
    name: t.exposeString('name'),
    backend: t.exposeString('backend'),
    state: t.expose('state', { type: RunStateEnum }),
    recipe: t.field({ type: 'JSON', select: { recipe: true }, resolve: (run) => run.recipe }),
    recipeYaml: t.string({ select: { recipe: true }, resolve: (run) => toYaml(run.recipe) }),
    stage: t.exposeString('stage', { nullable: true }),
    fraction: t.exposeFloat('fraction'),
    etaSeconds: t.int({
      nullable: true,
      select: { state: true, stage: true, fraction: true, startedAt: true },
      resolve: secondsLeft,
    }),
    workerLostInSeconds: t.int({
      nullable: true,
      description:
        'When a worker that stopped answering counts as lost, and the run is given to another; null: it answers.',
      select: { leaseUntil: true },
      resolve: ({ leaseUntil }, _, { platform }) =>
        silentFor({ leaseUntil, leaseSeconds: platform.leaseSeconds }, Date.now()),
    }),
    lastAttempt: t.boolean({
      description: 'Whether the run fails if the attempt under way is lost.',
      select: { maxAttempts: true, attempts: { select: { state: true } } },
      resolve: ({ maxAttempts, attempts }) =>
        attempts.filter(({ state }) => state === 'FAILED' || state === 'LOST').length + 1 >= maxAttempts,
    }),
    eventSeq: t.expose('eventSeq', { type: 'Long' }),
    queuedAt: t.expose('queuedAt', { type: 'DateTime' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
    project: t.relation('project', { type: ProjectType }),
    modelVersion: t.relation('modelVersion', { type: ModelVersionType, nullable: false, onNull: 'error' }),
    calibration: t.relation('calibrationVersion', { type: DatasetVersionType, nullable: true }),
    evaluation: t.relation('evaluationVersion', { type: DatasetVersionType, nullable: true }),
    hasPlan: t.boolean({
      description: 'Whether `plan` is there yet; a plan of many layers is large.',
      select: { hasPlan: true },
      resolve: (run) => run.hasPlan ?? false,
    }),
    plan: t.field({
      type: PlanType,
      nullable: true,
      select: { plan: true },
      resolve: (run) => stored('plan', run.plan),
    }),
    outcome: t.field({
      type: OutcomeType,
      nullable: true,
      select: { outcome: true },
      resolve: (run) => stored('outcome', run.outcome),
    }),
    failure: t.field({
      type: FailureType,
      nullable: true,
      select: { failure: true },
      resolve: (run) => stored('failure', run.failure),
    }),
    artifacts: t.relation('artifacts', { type: ArtifactType, query: { orderBy: { name: 'asc' } } }),
    attempts: t.relation('attempts', { type: AttemptType, query: { orderBy: { epoch: 'asc' } } }),
    createdBy: t.string({
      select: { createdById: true },
      resolve: async (run, _, { people }) => (await people.find(run.createdById)).name,
    }),
    viewerCanCancel: t.boolean({
      select: { state: true },
      resolve: (run, _, { tenant }) => can(tenant, 'run.cancel') && !isOver(run.state),
    }),
    viewerCanRetry: t.boolean({
      select: { state: true },
      resolve: (run, _, { tenant }) => can(tenant, 'run.retry') && isOver(run.state),
    }),
  }),
});

type Progress = Pick<Run, 'state' | 'stage' | 'fraction' | 'startedAt'>;

/** By what is done since the start; null while nothing runs or too little is done to judge. */
function secondsLeft({ state, stage, fraction, startedAt }: Progress): number | null {
  if (state !== 'RUNNING' || !startedAt || stage === null || !isStage(stage)) return null;
  return estimateRemaining({ stage, fraction, elapsed: (Date.now() - startedAt.getTime()) / 1_000 });
}

builder.queryField('run', (t) =>
  t.prismaField({
    type: RunType,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _, { id }, context) =>
      context.db.run.findUnique({
        ...query,
        where: { ...tenantKey(tryParseGlobalId('Run', id) ?? '', context), kind: 'QUANTIZE' },
      }),
  }),
);

builder.prismaObjectField('Project', 'run', (t) =>
  t.prismaField({
    type: RunType,
    nullable: true,
    description: 'The run that people call by this number.',
    args: { number: t.arg.int({ required: true }) },
    resolve: (query, { organizationId, id }, { number }, { db }) =>
      db.run.findUnique({
        ...query,
        where: { organizationId_projectId_number: { organizationId, projectId: id, number }, kind: 'QUANTIZE' },
      }),
  }),
);

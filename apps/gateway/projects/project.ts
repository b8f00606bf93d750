import { can } from '../auth/permissions.ts';
import { builder } from '../schema/builder.ts';
import { tryParseGlobalId } from '../schema/global-id.ts';
import { inOrder } from '../schema/list-order.ts';
import { tenantKey } from '../schema/node.ts';

const newestFirst = inOrder({ createdAt: 'desc' as const }, { id: 'desc' as const });

export const ProjectType = builder.prismaNode('Project', {
  id: { field: 'id' },
  nullable: true,
  findUnique: tenantKey,
  fields: (t) => ({
    slug: t.exposeString('slug'),
    name: t.exposeString('name'),
    description: t.exposeString('description'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    eventSeq: t.expose('eventSeq', {
      type: 'Long',
      description: 'Of the last event of any run here; where `projectEvents` goes on from.',
    }),
    viewerCanSubmitRun: t.boolean({ resolve: (_, __, context) => can(context.tenant, 'run.submit') }),
    viewerCanUpload: t.boolean({ resolve: (_, __, context) => can(context.tenant, 'upload.create') }),
    models: t.relatedConnection('models', { cursor: 'id', totalCount: true, query: newestFirst }),
    datasets: t.relatedConnection('datasets', { cursor: 'id', totalCount: true, query: newestFirst }),
    recipes: t.relatedConnection('recipes', { cursor: 'id', totalCount: true, query: newestFirst }),
  }),
});

builder.queryField('project', (t) =>
  t.prismaField({
    type: ProjectType,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _, { id }, context) =>
      context.db.project.findUnique({ ...query, where: tenantKey(tryParseGlobalId('Project', id) ?? '', context) }),
  }),
);

builder.prismaObjectField('Organization', 'project', (t) =>
  t.prismaField({
    type: ProjectType,
    nullable: true,
    args: { slug: t.arg.string({ required: true }) },
    resolve: (query, organization, { slug }, { db }) =>
      db.project.findUnique({
        ...query,
        where: { organizationId_slug: { organizationId: organization.id, slug } },
      }),
  }),
);

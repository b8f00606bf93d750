import { can } from '../auth/permissions.ts';
import { builder } from '../schema/builder.ts';
import { RoleEnum } from '../schema/enums.ts';
import { isUuid } from '../schema/global-id.ts';
import { inOrder } from '../schema/list-order.ts';
import { nowhere } from '../tenancy/tenant.ts';

const OrganizationType = builder.prismaNode('Organization', {
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, context) => ({
    id: isUuid(id) && id === context.tenant.organizationId ? id : nowhere.organizationId,
  }),
  fields: (t) => ({
    slug: t.exposeString('slug'),
    name: t.exposeString('name'),
    isDemo: t.exposeBoolean('isDemo'),
    viewerRole: t.field({ type: RoleEnum, resolve: (_, __, context) => context.tenant.role ?? 'viewer' }),
    viewerCanCreateProject: t.boolean({ resolve: (_, __, context) => can(context.tenant, 'project.create') }),
    viewerCanInvite: t.boolean({ resolve: (_, __, context) => can(context.tenant, 'member.invite') }),
    projects: t.relatedConnection('projects', {
      cursor: 'id',
      totalCount: true,
      query: inOrder({ createdAt: 'desc' as const }, { id: 'desc' as const }),
    }),
  }),
});

builder.queryField('organization', (t) =>
  t.prismaField({
    type: OrganizationType,
    nullable: true,
    args: { slug: t.arg.string({ required: true }) },
    resolve: (query, _, { slug }, context) =>
      context.db.organization.findUnique({ ...query, where: { id: context.tenant.organizationId, slug } }),
  }),
);

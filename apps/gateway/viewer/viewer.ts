import { demoSlug } from '../auth/demo.ts';
import { parseRole, type Role } from '../auth/permissions.ts';
import type { Viewer } from '../auth/session.ts';
import { type OrganizationCard, OrganizationCardType } from '../organizations/organization-card.ts';
import { builder } from '../schema/builder.ts';
import { RoleEnum } from '../schema/enums.ts';

const ViewerMembership = builder
  .objectRef<{ readonly role: Role; readonly organization: OrganizationCard }>('ViewerMembership')
  .implement({
    fields: (t) => ({
      role: t.expose('role', { type: RoleEnum }),
      organization: t.expose('organization', { type: OrganizationCardType }),
    }),
  });

const DemoInfo = builder.objectRef<{ readonly organizationSlug: string }>('DemoInfo').implement({
  fields: (t) => ({ organizationSlug: t.exposeString('organizationSlug') }),
});

const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  fields: (t) => ({
    id: t.id({ resolve: (viewer) => viewer.id }),
    name: t.exposeString('name'),
    email: t.exposeString('email'),
    memberships: t.field({
      type: [ViewerMembership],
      resolve: async (viewer, _, { platform }) => {
        const seats = await platform.auth.membership.findMany({
          where: { userId: viewer.id },
          orderBy: { createdAt: 'asc' },
          select: { role: true, organization: { select: { slug: true, name: true, isDemo: true } } },
        });
        return seats.flatMap(({ role, organization }) => {
          const known = parseRole(role);
          return known ? [{ role: known, organization }] : [];
        });
      },
    }),
    demo: t.field({
      type: DemoInfo,
      nullable: true,
      resolve: (_, __, { platform }) => (platform.demo ? { organizationSlug: demoSlug } : null),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({ type: ViewerType, nullable: true, resolve: (_, __, { viewer }) => viewer }),
);

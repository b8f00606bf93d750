import type { Invitation } from '#prisma/generated/client/client.ts';
import { can, parseRole } from '../auth/permissions.ts';
import { builder } from '../schema/builder.ts';
import { RoleEnum } from '../schema/enums.ts';

export const InvitationType = builder.objectRef<Invitation>('Invitation').implement({
  fields: (t) => ({
    id: t.id({ resolve: (invitation) => invitation.id }),
    email: t.exposeString('email'),
    role: t.field({ type: RoleEnum, resolve: (invitation) => parseRole(invitation.role) ?? 'viewer' }),
    status: t.exposeString('status'),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
  }),
});

builder.prismaObjectField('Organization', 'invitations', (t) =>
  t.field({
    type: [InvitationType],
    // Who knows the id and has the address may enter, so only those who may invite see them.
    resolve: async (organization, _, { db, tenant }) =>
      can(tenant, 'member.invite')
        ? db.invitation.findMany({
            where: { organizationId: organization.id, status: 'pending', expiresAt: { gt: new Date() } },
            orderBy: { createdAt: 'desc' },
          })
        : [],
  }),
);

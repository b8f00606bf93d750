import type { Membership } from '#prisma/generated/client/client.ts';
import { type Actor, parseRole } from '../auth/permissions.ts';
import { builder } from '../schema/builder.ts';
import { RoleEnum } from '../schema/enums.ts';

export const MemberType = builder.objectRef<Membership>('Member').implement({
  fields: (t) => ({
    id: t.id({ resolve: (member) => member.id }),
    name: t.string({ resolve: async (member, _, { people }) => (await people.find(member.userId)).name }),
    email: t.string({ resolve: async (member, _, { people }) => (await people.find(member.userId)).email }),
    role: t.field({ type: RoleEnum, resolve: (member) => parseRole(member.role) ?? 'viewer' }),
  }),
});

builder.prismaObjectField('Organization', 'members', (t) =>
  t.field({
    type: [MemberType],
    resolve: (organization, _, { db }) =>
      db.membership.findMany({ where: { organizationId: organization.id }, orderBy: { createdAt: 'asc' } }),
  }),
);

/** Whether an actor may give or take this role: nobody acts on a role above their own. */
export function mayHandle(actor: Actor, role: string): boolean {
  return actor.role === 'owner' || role !== 'owner';
}

import type { Membership } from '#prisma/generated/client/client.ts';
import { type Change, change } from '../audit/change.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import { builder } from '../schema/builder.ts';
import { RoleEnum } from '../schema/enums.ts';
import { isUuid } from '../schema/global-id.ts';
import { MemberType, mayHandle } from './member.ts';

const ChangePayload = builder.objectRef<{ member: Membership }>('ChangeRolePayload').implement({
  fields: (t) => ({ member: t.expose('member', { type: MemberType }) }),
});

const RemovePayload = builder.objectRef<{ removedId: string }>('RemoveMemberPayload').implement({
  fields: (t) => ({ removedId: t.exposeID('removedId') }),
});

const errorTypes = [NotFoundError, ForbiddenError, ConflictError];

builder.mutationField('changeRole', (t) =>
  t.field({
    type: ChangePayload,
    args: { memberId: t.arg.id({ required: true }), role: t.arg({ type: RoleEnum, required: true }) },
    errors: { types: errorTypes, union: { name: 'ChangeRoleResult' } },
    resolve: (_, { memberId, role }, context) =>
      change(context, 'member.changeRole', async (acting) => {
        const member = await findMember(acting, String(memberId));
        if (!mayHandle(context.tenant, role) || !mayHandle(context.tenant, member.role)) {
          throw new ForbiddenError('member.changeRole', 'Only an owner may make or unmake an owner.');
        }
        if (member.role === 'owner' && role !== 'owner') await keepAnOwner(acting, member);
        const changed = await acting.tx.membership.update({
          where: { organizationId_id: { organizationId: acting.organizationId, id: member.id } },
          data: { role },
        });
        await acting.audit(member.id, { from: member.role, to: role });
        return { member: changed };
      }),
  }),
);

builder.mutationField('removeMember', (t) =>
  t.field({
    type: RemovePayload,
    args: { memberId: t.arg.id({ required: true }) },
    errors: { types: errorTypes, union: { name: 'RemoveMemberResult' } },
    resolve: (_, { memberId }, context) =>
      change(context, 'member.remove', async (acting) => {
        const member = await findMember(acting, String(memberId));
        if (!mayHandle(context.tenant, member.role)) {
          throw new ForbiddenError('member.remove', 'Only an owner may remove an owner.');
        }
        if (member.role === 'owner') await keepAnOwner(acting, member);
        await acting.tx.membership.delete({
          where: { organizationId_id: { organizationId: acting.organizationId, id: member.id } },
        });
        await acting.audit(member.id, { userId: member.userId, role: member.role });
        return { removedId: member.id };
      }),
  }),
);

async function findMember({ tx, organizationId }: Change, id: string): Promise<Membership> {
  const member = isUuid(id)
    ? await tx.membership.findUnique({ where: { organizationId_id: { organizationId, id } } })
    : null;
  if (!member) throw new NotFoundError('member');
  return member;
}

/** Locks the owners' rows, so that two owners who leave at once do not leave nobody. */
async function keepAnOwner({ tx, organizationId }: Change, leaving: Membership): Promise<void> {
  const owners = await tx.$queryRaw<{ id: string }[]>`
    select id from app.memberships where organization_id = ${organizationId}::uuid and role = 'owner' for update`;
  if (owners.some((owner) => owner.id !== leaving.id)) return;
  throw new ConflictError('An organization has at least one owner, and this is the last.', 'Make another owner first.');
}

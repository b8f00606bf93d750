import type { Membership } from '#prisma/generated/client/client.ts';
import { change } from '../audit/change.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import { builder } from '../schema/builder.ts';
import { RoleEnum } from '../schema/enums.ts';
import { MemberType, mayHandle } from './member.ts';
import { holdSeat, keepAnOwner } from './seats.ts';

const Payload = builder.objectRef<{ member: Membership }>('ChangeRolePayload').implement({
  fields: (t) => ({ member: t.expose('member', { type: MemberType }) }),
});

builder.mutationField('changeRole', (t) =>
  t.field({
    type: Payload,
    args: { memberId: t.arg.id({ required: true }), role: t.arg({ type: RoleEnum, required: true }) },
    errors: { types: [NotFoundError, ForbiddenError, ConflictError], union: { name: 'ChangeRoleResult' } },
    resolve: (_, { memberId, role }, context) =>
      change(context, 'member.changeRole', async (acting) => {
        const seat = await holdSeat(acting, String(memberId));
        if (!mayHandle(context.tenant, role) || !mayHandle(context.tenant, seat.role)) {
          throw new ForbiddenError('member.changeRole', 'Only an owner may make or unmake an owner.');
        }
        if (role !== 'owner') await keepAnOwner(acting, seat);
        const member = await acting.tx.membership.update({
          where: { organizationId_id: { organizationId: acting.organizationId, id: seat.id } },
          data: { role },
        });
        await acting.audit(seat.id, { from: seat.role, to: role });
        return { member };
      }),
  }),
);

import { change } from '../audit/change.ts';
import type { Context } from '../context.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import { builder } from '../schema/builder.ts';
import { isUuid } from '../schema/global-id.ts';
import { mayHandle } from './member.ts';
import { holdSeat, keepAnOwner } from './seats.ts';

const Payload = builder.objectRef<{ removedId: string }>('RemoveMemberPayload').implement({
  fields: (t) => ({ removedId: t.exposeID('removedId') }),
});

builder.mutationField('removeMember', (t) =>
  t.field({
    type: Payload,
    description: 'Takes a seat away. One’s own anyone may give up, but for the last owner.',
    args: { memberId: t.arg.id({ required: true }) },
    errors: { types: [NotFoundError, ForbiddenError, ConflictError], union: { name: 'RemoveMemberResult' } },
    resolve: async (_, { memberId }, context) => {
      const id = String(memberId);
      const action = (await isOwnSeat(context, id)) ? 'member.leave' : 'member.remove';
      return change(context, action, async (acting) => {
        const { tx, organizationId } = acting;
        const seat = await holdSeat(acting, id);
        if (!mayHandle(context.tenant, seat.role)) {
          throw new ForbiddenError(action, 'Only an owner may remove an owner.');
        }
        await keepAnOwner(acting, seat);
        await tx.membership.delete({ where: { organizationId_id: { organizationId, id: seat.id } } });
        await acting.audit(seat.id, { userId: seat.userId, role: seat.role });
        return { removedId: seat.id };
      });
    },
  }),
);

/** The demo's one seat belongs to everybody who clicks, so it is nobody's own. */
async function isOwnSeat({ viewer, tenant, db }: Context, id: string): Promise<boolean> {
  if (!viewer || !isUuid(id)) return false;
  const { organizationId } = tenant;
  const own = { organizationId, id, userId: viewer.id, organization: { isDemo: false } };
  return (await db.membership.count({ where: own })) > 0;
}

import type { Invitation } from '#prisma/generated/client/client.ts';
import { change } from '../audit/change.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import { builder } from '../schema/builder.ts';
import { isUuid } from '../schema/global-id.ts';
import { InvitationType } from './invitation.ts';

const Payload = builder.objectRef<{ invitation: Invitation }>('CancelInvitationPayload').implement({
  fields: (t) => ({ invitation: t.expose('invitation', { type: InvitationType }) }),
});

builder.mutationField('cancelInvitation', (t) =>
  t.field({
    type: Payload,
    args: { invitationId: t.arg.id({ required: true }) },
    errors: { types: [NotFoundError, ForbiddenError, ConflictError], union: { name: 'CancelInvitationResult' } },
    resolve: (_, { invitationId }, context) =>
      change(context, 'invitation.cancel', async ({ tx, organizationId, audit }) => {
        const id = String(invitationId);
        const key = { organizationId_id: { organizationId, id } };
        const found = isUuid(id) ? await tx.invitation.findUnique({ where: key }) : null;
        if (!found) throw new NotFoundError('invitation');
        // Conditional, for it may be accepted at this very moment.
        const canceled = await tx.invitation.updateMany({
          where: { organizationId, id, status: 'pending' },
          data: { status: 'canceled' },
        });
        const invitation = await tx.invitation.findUniqueOrThrow({ where: key });
        if (canceled.count === 0) throw new ConflictError(`This invitation is ${invitation.status} already.`);
        await audit(id, { email: invitation.email, role: invitation.role });
        return { invitation };
      }),
  }),
);

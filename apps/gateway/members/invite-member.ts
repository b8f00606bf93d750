import { randomUUID } from 'node:crypto';
import type { Invitation, PrismaClient } from '#prisma/generated/client/client.ts';
import { change } from '../audit/change.ts';
import { ConflictError, ForbiddenError, InvalidInputError } from '../errors.ts';
import { builder } from '../schema/builder.ts';
import { RoleEnum } from '../schema/enums.ts';
import { InvitationType } from './invitation.ts';
import { mayHandle } from './member.ts';

const Input = builder.inputType('InviteMemberInput', {
  fields: (t) => ({ email: t.string({ required: true }), role: t.field({ type: RoleEnum, required: true }) }),
});

const Payload = builder.objectRef<{ invitation: Invitation }>('InviteMemberPayload').implement({
  fields: (t) => ({ invitation: t.expose('invitation', { type: InvitationType }) }),
});

const lifetime = 7 * 86_400_000;

builder.mutationField('inviteMember', (t) =>
  t.field({
    type: Payload,
    args: { input: t.arg({ type: Input, required: true }) },
    errors: { types: [InvalidInputError, ConflictError, ForbiddenError], union: { name: 'InviteMemberResult' } },
    resolve: (_, { input }, context) =>
      change(context, 'member.invite', async ({ tx, organizationId, userId, audit }) => {
        const email = input.email.trim().toLowerCase();
        if (email.length > 320 || !/^[^\s@]+@[^\s@]+$/.test(email)) {
          throw new InvalidInputError(['input', 'email'], `“${email.slice(0, 80)}” is not an e-mail address.`);
        }
        if (!mayHandle(context.tenant, input.role)) {
          throw new ForbiddenError('member.invite', 'Only an owner may make another owner.');
        }
        const pending = { organizationId, email, status: 'pending' };
        if (await isMember(context.platform.auth, { organizationId, email })) {
          throw new ConflictError(`${email} is a member already.`);
        }
        await tx.invitation.updateMany({ where: pending, data: { status: 'canceled' } });
        const invitation = await tx.invitation.create({
          data: {
            ...pending,
            id: randomUUID(),
            role: input.role,
            inviterId: userId,
            expiresAt: new Date(Date.now() + lifetime),
          },
        });
        await audit(invitation.id, { email, role: input.role });
        return { invitation };
      }),
  }),
);

async function isMember(
  auth: PrismaClient,
  { organizationId, email }: { readonly organizationId: string; readonly email: string },
): Promise<boolean> {
  const user = await auth.user.findUnique({ where: { email }, select: { id: true } });
  if (!user) return false;
  return (await auth.membership.count({ where: { organizationId, userId: user.id } })) > 0;
}

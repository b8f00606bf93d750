import { randomUUID } from 'node:crypto';
import type { Invitation } from '#prisma/generated/client/client.ts';
import { can, parseRole } from '../auth/permissions.ts';
import type { Context } from '../context.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import { type OrganizationCard, OrganizationCardType } from '../organizations/organization-card.ts';
import { builder } from '../schema/builder.ts';
import { isUuid } from '../schema/global-id.ts';
import { inTenant, type TenantTransaction } from '../tenancy/transaction.ts';
import { mayHandle } from './member.ts';

const Payload = builder.objectRef<{ organization: OrganizationCard }>('AcceptInvitationPayload').implement({
  fields: (t) => ({ organization: t.expose('organization', { type: OrganizationCardType }) }),
});

builder.mutationField('acceptInvitation', (t) =>
  t.field({
    type: Payload,
    args: { invitationId: t.arg.id({ required: true }) },
    errors: { types: [NotFoundError, ForbiddenError, ConflictError], union: { name: 'AcceptInvitationResult' } },
    resolve: async (_, { invitationId }, context) => ({
      organization: await acceptInvitation(context, String(invitationId)),
    }),
  }),
);

/**
 * Turns an invitation into a seat. The invited person is in no organization yet, so the role that signs people in
 * finds the invitation; what follows is one transaction in the inviting organization. An invitation to another
 * address answers like none: its id alone opens nothing and tells nothing.
 */
async function acceptInvitation({ viewer, platform }: Context, id: string): Promise<OrganizationCard> {
  if (!viewer) throw new ForbiddenError('invitation.accept', 'You are not signed in.', 'Sign in and try again.');
  const invitation = isUuid(id)
    ? await platform.auth.invitation.findUnique({ where: { id }, include: { organization: true } })
    : null;
  if (!invitation || invitation.email !== viewer.email.toLowerCase()) throw new NotFoundError('invitation');
  const { organization } = invitation;
  await inTenant(platform.app, organization.id, (tx) => takeSeat(tx, invitation, viewer.id));
  return { slug: organization.slug, name: organization.name, isDemo: organization.isDemo };
}

async function takeSeat(tx: TenantTransaction, invitation: Invitation, userId: string): Promise<void> {
  const { id, organizationId, role, inviterId, status } = invitation;
  const taken = await tx.invitation.updateMany({
    where: { organizationId, id, status: 'pending', expiresAt: { gt: new Date() } },
    data: { status: 'accepted' },
  });
  if (taken.count === 0) {
    throw new ConflictError(`This invitation is ${status === 'pending' ? 'expired' : status}.`, 'Ask for a new one.');
  }
  const inviter = await tx.membership.findUnique({
    where: { organizationId_userId: { organizationId, userId: inviterId } },
  });
  const actor = { role: parseRole(inviter?.role ?? '') };
  if (!can(actor, 'member.invite') || !mayHandle(actor, role)) {
    throw new ConflictError('Whoever sent this invitation may not invite any more.', 'Ask for a new one.');
  }
  await tx.membership.createMany({ data: [{ id: randomUUID(), organizationId, userId, role }], skipDuplicates: true });
  await tx.auditEntry.create({
    data: { organizationId, actorId: userId, action: 'invitation.accept', target: id, data: { role } },
  });
}

import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import { type OrganizationCard, OrganizationCardType } from '../organizations/organization-card.ts';
import { builder } from '../schema/builder.ts';
import { isUuid } from '../schema/global-id.ts';
import { inTenant } from '../tenancy/transaction.ts';

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
 * Turns an invitation into a seat. The invited person is in no organization yet, so this is the sign-in role's work.
 * An invitation to another address answers like none: its id alone opens nothing and tells nothing.
 */
async function acceptInvitation({ viewer, platform }: Context, id: string): Promise<OrganizationCard> {
  if (!viewer) throw new ForbiddenError('invitation.accept', 'You are not signed in.', 'Sign in and try again.');
  const invitation = isUuid(id)
    ? await platform.auth.invitation.findUnique({ where: { id }, include: { organization: true } })
    : null;
  if (!invitation || invitation.email !== viewer.email.toLowerCase()) throw new NotFoundError('invitation');
  const { organizationId, organization, role } = invitation;
  await platform.auth.$transaction(async (tx) => {
    const taken = await tx.invitation.updateMany({
      where: { id, status: 'pending', expiresAt: { gt: new Date() } },
      data: { status: 'accepted' },
    });
    if (taken.count === 0) {
      throw new ConflictError(
        `This invitation is ${invitation.status === 'pending' ? 'expired' : invitation.status}.`,
        'Ask for a new one.',
      );
    }
    await tx.membership.createMany({
      data: [{ id: randomUUID(), organizationId, userId: viewer.id, role }],
      skipDuplicates: true,
    });
  });
  await inTenant(platform.app, organizationId, (tx) =>
    tx.auditEntry.create({
      data: { organizationId, actorId: viewer.id, action: 'invitation.accept', target: id, data: { role } },
    }),
  );
  return { slug: organization.slug, name: organization.name, isDemo: organization.isDemo };
}

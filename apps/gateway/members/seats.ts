import type { Membership } from '#prisma/generated/client/client.ts';
import type { Change } from '../audit/change.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { isUuid } from '../schema/global-id.ts';

/**
 * The seat with this id, after which nobody else changes a seat of the organization until the transaction ends: what
 * is read here, and how many owners there are, stays true.
 */
export async function holdSeat({ tx, organizationId }: Change, id: string): Promise<Membership> {
  await tx.$queryRaw`select from app.organizations where id = ${organizationId}::uuid for no key update`;
  const seat = isUuid(id)
    ? await tx.membership.findUnique({ where: { organizationId_id: { organizationId, id } } })
    : null;
  if (!seat) throw new NotFoundError('member');
  return seat;
}

/** Refuses to take the last owner's role or seat. The seat is held. */
export async function keepAnOwner({ tx, organizationId }: Change, leaving: Membership): Promise<void> {
  if (leaving.role !== 'owner') return;
  const others = await tx.membership.count({ where: { organizationId, role: 'owner', id: { not: leaving.id } } });
  if (others > 0) return;
  throw new ConflictError('An organization has at least one owner, and this is the last.', 'Make another owner first.');
}

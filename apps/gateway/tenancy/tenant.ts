import type { PrismaClient } from '#prisma/generated/client/client.ts';
import { parseRole, type Role } from '../auth/permissions.ts';
import { noRow } from '../schema/global-id.ts';

/** Whose data an operation sees, and as what. */
export type Tenant = { readonly organizationId: string; readonly slug: string | null; readonly role: Role | null };

/**
 * Where an operation is that names no organization, or one its viewer does not belong to: in an organization that
 * owns nothing. So it runs the same code as everybody's and finds what anybody finds under an id that does not exist.
 */
export const nowhere: Tenant = { organizationId: noRow, slug: null, role: null };

export type TenantQuery = { readonly userId: string | null; readonly slug: string | null };

/** The seat of a user in the organization with this slug. */
export async function findTenant(auth: PrismaClient, { userId, slug }: TenantQuery): Promise<Tenant> {
  if (!userId || !slug) return nowhere;
  const seat = await auth.membership.findFirst({
    where: { userId, organization: { slug } },
    select: { role: true, organizationId: true },
  });
  const role = seat ? parseRole(seat.role) : null;
  return seat && role ? { organizationId: seat.organizationId, slug, role } : nowhere;
}

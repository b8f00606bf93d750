import type { Upload } from '@tus/server';
import { can } from '../auth/permissions.ts';
import type { Session } from '../auth/session.ts';
import type { Platform } from '../platform.ts';
import { tryParseGlobalId } from '../schema/global-id.ts';
import { lockName } from '../tenancy/lock-name.ts';
import { findTenant } from '../tenancy/tenant.ts';
import { inTenant } from '../tenancy/transaction.ts';
import { parseUploadMetadata } from './upload-metadata.ts';

export type OpenRequest = { readonly session: Session | null; readonly upload: Upload };

/** How many uploads one person may have on their way in one organization. */
const maxOpen = 50;

/** Writes down that a file is on its way; a sentence says why it may not be. */
export async function openUpload(
  platform: Platform,
  { session, upload }: OpenRequest,
): Promise<{ readonly organizationId: string; readonly userId: string } | string> {
  if (!session) return 'You are not signed in. Sign in and try again.';
  const metadata = parseUploadMetadata(upload.metadata);
  if (typeof metadata === 'string') return metadata;
  const bytes = upload.size;
  if (bytes === undefined) return 'An upload says its length at its beginning (Upload-Length).';
  if (bytes === 0) return `${metadata.filename} is empty.`;
  const userId = session.viewer.id;
  const tenant = await findTenant(platform.auth, { userId, slug: metadata.organization });
  const projectId = tryParseGlobalId('Project', metadata.projectId);
  if (!can(tenant, 'upload.create') || !projectId) return nowhere;
  const { organizationId } = tenant;
  return inTenant(platform.app, organizationId, async (tx) => {
    await lockName(tx, `uploads/${organizationId}/${userId}`);
    const project = await tx.project.findUnique({ where: { organizationId_id: { organizationId, id: projectId } } });
    if (!project) return nowhere;
    const open = await tx.upload.count({
      where: {
        organizationId,
        createdById: userId,
        state: 'RECEIVING',
        createdAt: { gt: new Date(Date.now() - 86_400_000) },
      },
    });
    if (open >= maxOpen) {
      return `You have ${open} unfinished uploads of the last day; ${maxOpen} are the limit. Finish some first.`;
    }
    const { filename: fileName, sha256 } = metadata;
    await tx.upload.create({
      data: { id: upload.id, organizationId, projectId, fileName, bytes, sha256, createdById: userId },
    });
    return { organizationId, userId };
  });
}

const nowhere = 'There is no such project here that you may upload to.';

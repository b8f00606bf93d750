import type { Upload } from '#prisma/generated/client/client.ts';
import type { Change } from '../audit/change.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { isUuid } from '../schema/global-id.ts';

export type UploadQuery = { readonly uploadId: string; readonly projectId: string; readonly path: readonly string[] };

/** The stored file of an upload: of this project, sent by the person who now uses it, complete and verified. */
export async function takeUpload(
  { tx, organizationId, userId }: Change,
  { uploadId, projectId, path }: UploadQuery,
): Promise<{ readonly upload: Upload; readonly artifactId: string }> {
  const upload = isUuid(uploadId)
    ? await tx.upload.findUnique({ where: { organizationId_id: { organizationId, id: uploadId } } })
    : null;
  if (!upload || upload.projectId !== projectId || upload.createdById !== userId) throw new NotFoundError('upload');
  if (upload.state === 'REJECTED') {
    throw new InvalidInputError(
      path,
      `The bytes of ${upload.fileName} that arrived are not the ones that were announced: their SHA-256 differs.`,
      'Upload the file again.',
    );
  }
  if (upload.state !== 'VERIFIED' || !upload.artifactId) {
    throw new InvalidInputError(
      path,
      `${upload.fileName} has not arrived completely; it has ${upload.bytes} bytes.`,
      'Let the upload finish first; it can be resumed.',
    );
  }
  return { upload, artifactId: upload.artifactId };
}

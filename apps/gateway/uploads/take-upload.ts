import type { Upload } from '#prisma/generated/client/client.ts';
import type { Change } from '../audit/change.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { isUuid } from '../schema/global-id.ts';

export type TakenUpload = { readonly upload: Upload; readonly artifactId: string };

type Place = { readonly projectId: string; readonly path: readonly string[] };

/** The stored file of an upload: of this project, sent by the person who now uses it, complete and verified. */
export async function takeUpload(
  acting: Change,
  { uploadId, ...place }: Place & { readonly uploadId: string },
): Promise<TakenUpload> {
  const [taken] = await takeUploads(acting, { ...place, uploadIds: [uploadId] });
  if (!taken) throw new NotFoundError('upload');
  return taken;
}

/** The stored files of several uploads, in their order, by one query. */
export async function takeUploads(
  { tx, organizationId, userId }: Change,
  { uploadIds, projectId, path }: Place & { readonly uploadIds: readonly string[] },
): Promise<readonly TakenUpload[]> {
  const rows = await tx.upload.findMany({
    where: { organizationId, projectId, createdById: userId, id: { in: uploadIds.filter(isUuid) } },
  });
  const found = new Map(rows.map((upload) => [upload.id, upload]));
  return uploadIds.map((id) => {
    const upload = found.get(id.toLowerCase());
    if (!upload) throw new NotFoundError('upload');
    return complete(upload, path);
  });
}

function complete(upload: Upload, path: readonly string[]): TakenUpload {
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

import type { Readable } from 'node:stream';
import type { Platform } from '../platform.ts';
import { inTenant } from '../tenancy/transaction.ts';

/** An upload of which all bytes are here, in the folder for uploads. */
export type ReceivedUpload = {
  readonly id: string;
  readonly organizationId: string;
  readonly organization: string;
  readonly userId: string;
  readonly bytes: number;
  open(): Readable;
};

export type FinishVerdict = { readonly ok: true } | { readonly ok: false; readonly sentence: string };

/**
 * Copies the bytes to the store and compares their SHA-256 with the announced one on the way. Only if they agree does
 * the file become an artifact, together with the word that the upload is verified. May be tried again after a crash.
 */
export async function finishUpload({ app, store }: Platform, received: ReceivedUpload): Promise<FinishVerdict> {
  const { id, organizationId } = received;
  const key = { organizationId_id: { organizationId, id } };
  const upload = await inTenant(app, organizationId, (tx) => tx.upload.findUniqueOrThrow({ where: key }));
  if (upload.state === 'VERIFIED') return { ok: true };
  const prefix = `${organizationId}/uploads/${id}`;
  await store.removeAll(prefix);
  const stored = await store.put(`${prefix}/${upload.fileName}`, received.open());
  if (stored.sha256 !== upload.sha256 || BigInt(stored.bytes) !== upload.bytes) {
    await store.removeAll(prefix);
    await inTenant(app, organizationId, (tx) => tx.upload.update({ where: key, data: { state: 'REJECTED' } }));
    return {
      ok: false,
      sentence: `${upload.fileName} arrived with ${stored.bytes} bytes and SHA-256 ${stored.sha256}; announced were ${upload.bytes} bytes and ${upload.sha256}. Upload it again.`,
    };
  }
  await inTenant(app, organizationId, async (tx) => {
    const artifact = await tx.artifact.create({
      data: {
        organizationId,
        projectId: upload.projectId,
        name: upload.fileName,
        key: stored.key,
        bytes: stored.bytes,
        sha256: stored.sha256,
      },
    });
    await tx.upload.update({ where: key, data: { state: 'VERIFIED', artifactId: artifact.id } });
    await tx.auditEntry.create({
      data: {
        organizationId,
        actorId: received.userId,
        action: 'upload.verify',
        target: id,
        data: { fileName: upload.fileName, bytes: stored.bytes },
      },
    });
  });
  return { ok: true };
}

/** Its owner gave it up: it counts no more as one on its way. One that is finished stays what it is. */
export async function forgetUpload({ app }: Platform, { id, organizationId }: ReceivedUpload): Promise<void> {
  await inTenant(app, organizationId, (tx) =>
    tx.upload.updateMany({ where: { organizationId, id, state: 'RECEIVING' }, data: { state: 'REJECTED' } }),
  );
}

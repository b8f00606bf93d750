import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync } from 'node:fs';
import { readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { FileConfigstore, FileStore } from '@tus/file-store';
import { Server, type Upload } from '@tus/server';
import type { RequestHandler } from 'express';
import { can } from '../auth/permissions.ts';
import { findSession } from '../auth/session.ts';
import type { Platform } from '../platform.ts';
import { findTenant } from '../tenancy/tenant.ts';
import { finishUpload, forgetUpload, type ReceivedUpload } from './finish-upload.ts';
import { openUpload } from './open-upload.ts';

export type UploadOptions = { readonly platform: Platform; readonly folder: string; readonly maxBytes: number };

export type UploadServer = {
  readonly handler: RequestHandler;
  /** Deletes what has been lying unfinished for longer than `lifetime`. */
  removeExpired(): Promise<void>;
};

export const uploadPath = '/files/uploads';

const lifetime = 7 * 86_400_000;

/**
 * Gives the disk back but keeps the length, so that a client that missed the last answer still learns that its upload
 * is complete.
 */
async function emptyOut(file: string, bytes: number): Promise<void> {
  await truncate(file, 0);
  await truncate(file, bytes);
}

/** Thrown inside tus: its server answers with them as they are. */
const answer = (status_code: number, body: string) => ({ status_code, body: `${body}\n` });
const missing = () => answer(404, 'There is no such upload here.');

/**
 * Resumable uploads by tus 1.0. A file lies in `folder` until all of it is here, then goes to the store under its
 * tenant. Whoever did not begin an upload, or has lost the right to, finds that it does not exist.
 */
export function createUploadServer({ platform, folder, maxBytes }: UploadOptions): UploadServer {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const datastore = new FileStore({
    directory: folder,
    configstore: new FileConfigstore(folder),
    expirationPeriodInMilliseconds: lifetime,
  });
  const finishing = new Map<string, ReturnType<typeof finishUpload>>();

  /** Ends an upload whose bytes are all here, once, however many requests find it so. */
  const settle = async (upload: Upload): Promise<void> => {
    const received = readReceived(upload);
    if (!received) throw missing();
    const work = finishing.get(upload.id) ?? finishUpload(platform, received);
    finishing.set(upload.id, work);
    const verdict = await work.finally(() => finishing.delete(upload.id));
    if (!verdict.ok) {
      await datastore.remove(upload.id).catch(() => undefined);
      throw answer(460, verdict.sentence);
    }
    await emptyOut(join(folder, upload.id), received.bytes);
  };

  const server = new Server({
    path: uploadPath,
    datastore,
    maxSize: maxBytes,
    relativeLocation: true,
    allowedOrigins: () => false,
    namingFunction: () => randomUUID(),
    async onUploadCreate(request, upload) {
      const session = await findSession(platform.betterAuth, request.headers);
      const opened = await openUpload(platform, { session, upload });
      if (typeof opened === 'string') throw answer(session ? 400 : 401, opened);
      return { metadata: { ...upload.metadata, organizationId: opened.organizationId, userId: opened.userId } };
    },
    async onIncomingRequest(request, uploadId) {
      if (request.method === 'OPTIONS' || request.method === 'POST') return;
      // Stored files are read by signed links.
      if (request.method === 'GET') throw missing();
      const upload = await datastore.getUpload(uploadId).catch(() => null);
      const received = upload && readReceived(upload);
      const session = await findSession(platform.betterAuth, request.headers);
      if (!upload || !received || session?.viewer.id !== received.userId) throw missing();
      const tenant = await findTenant(platform.auth, { userId: received.userId, slug: received.organization });
      if (tenant.organizationId !== received.organizationId || !can(tenant, 'upload.create')) throw missing();
      if (request.method === 'DELETE') await forgetUpload(platform, received);
      // All of it came, but the gateway stopped before it could say so: say so now.
      if (upload.offset === upload.size && !finishing.has(upload.id) && request.method === 'HEAD') await settle(upload);
    },
    async onUploadFinish(_, upload) {
      await settle(upload);
      return {};
    },
    onResponseError(_, error) {
      if ('body' in error) return undefined;
      platform.log.error({ err: error }, 'an upload failed');
      return answer(500, 'The upload could not be stored. Try again.');
    },
  });

  return {
    handler: (request, response) => server.handle(request, response),
    async removeExpired() {
      for (const name of await readdir(folder)) {
        const file = join(folder, name);
        const { mtimeMs } = await stat(file);
        if (mtimeMs < Date.now() - lifetime) await rm(file, { force: true });
      }
    },
  };

  function readReceived(upload: Upload): ReceivedUpload | null {
    const { organizationId, userId, organization } = upload.metadata ?? {};
    if (!organizationId || !userId || !organization || upload.size === undefined) return null;
    // In larger pieces than the store of tus reads: a gigabyte in 1,024 turns, not 16,384.
    const open = () => createReadStream(join(folder, upload.id), { highWaterMark: 2 ** 20 });
    const file = { id: upload.id, bytes: upload.size, open };
    return { ...file, organizationId, userId, organization };
  }
}

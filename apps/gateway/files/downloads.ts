import { pipeline } from 'node:stream/promises';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Artifact } from '#prisma/generated/client/client.ts';
import type { Platform } from '../platform.ts';
import { isUuid } from '../schema/global-id.ts';
import { inTenant } from '../tenancy/transaction.ts';
import { parseByteRange } from './byte-range.ts';

/** Signed downloads: GET and HEAD, with ranges. The signature names the tenant, and the row is read as that tenant. */
export function downloads(platform: Platform): RequestHandler {
  const router = Router();
  router
    .route('/files/artifacts/:organizationId/:id/:name')
    .get((request, response) => download(platform, request, response))
    .all(
      (_, response) => void response.status(405).set('Allow', 'GET, HEAD').type('text').send('Only GET and HEAD.\n'),
    );
  return router;
}

const verdicts = {
  forged: [404, 'There is no such file here.\n'],
  expired: [410, 'This link has expired. Open the page that gave it again for a new one.\n'],
} as const;

async function download(platform: Platform, request: Request, response: Response): Promise<void> {
  const { organizationId, id } = request.params;
  const link = {
    organizationId: String(organizationId),
    id: String(id),
    expires: String(request.query.expires ?? ''),
    signature: String(request.query.signature ?? ''),
  };
  const verdict = platform.downloads.verify(link);
  if (verdict !== 'valid') return refuse(response, verdict);
  const artifact = isUuid(link.id) && isUuid(link.organizationId) ? await findArtifact(platform, link) : null;
  if (!artifact) return refuse(response, 'forged');
  await send({ platform, request, response }, artifact);
}

function refuse(response: Response, verdict: keyof typeof verdicts): void {
  const [status, sentence] = verdicts[verdict];
  response.status(status).type('text').send(sentence);
}

function findArtifact({ app }: Platform, { organizationId, id }: { organizationId: string; id: string }) {
  return inTenant(app, organizationId, (tx) =>
    tx.artifact.findUnique({ where: { organizationId_id: { organizationId, id } } }),
  );
}

type Exchange = { readonly platform: Platform; readonly request: Request; readonly response: Response };

async function send({ platform, request, response }: Exchange, artifact: Artifact): Promise<void> {
  const bytes = Number(artifact.bytes);
  const etag = `"${artifact.sha256}"`;
  response.set({
    ETag: etag,
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, max-age=31536000, immutable',
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${asciiName(artifact.name)}"; filename*=UTF-8''${encodeName(artifact.name)}`,
    'Last-Modified': artifact.createdAt.toUTCString(),
  });
  if (request.get('if-none-match') === etag) return void response.status(304).end();
  // A range is of the file that the client has begun; if it has another one it gets the whole.
  const condition = request.get('if-range');
  const range = parseByteRange(condition && condition !== etag ? undefined : request.get('range'), bytes);
  if (range === 'unsatisfiable') return void response.status(416).set('Content-Range', `bytes */${bytes}`).end();
  if (range === 'whole') {
    response.status(200).set('Content-Length', String(bytes));
  } else {
    response
      .status(206)
      .set('Content-Length', String(range.end - range.start + 1))
      .set('Content-Range', `bytes ${range.start}-${range.end}/${bytes}`);
  }
  if (request.method === 'HEAD' || bytes === 0) return void response.end();
  const body = await platform.store.get(artifact.key, range === 'whole' ? undefined : range);
  // A client that leaves in the middle is no error of ours, and nothing can be answered any more.
  await pipeline(body, response).catch((error) => platform.log.debug({ err: error }, 'a download ended early'));
}

function asciiName(name: string): string {
  return name.replace(/[^\x20-\x7e]|["\\]/g, '_');
}

function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

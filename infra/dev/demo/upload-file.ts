import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Upload } from 'tus-js-client';
import type { GatewayClient } from './gateway-client.ts';

/** Sends a small file over tus and gives the id of the upload, by which mutations name it. */
export async function uploadFile(client: GatewayClient, projectId: string, path: string): Promise<string> {
  const bytes = await readFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      endpoint: `${client.url}/files/uploads`,
      headers: { ...client.headers },
      metadata: { organization: client.organization, projectId, filename: basename(path), sha256 },
      uploadSize: bytes.byteLength,
      retryDelays: [200, 1_000, 3_000],
      onError: reject,
      onSuccess: () => {
        const id = upload.url?.split('/').at(-1);
        if (id) resolve(id);
        else reject(new Error(`the upload of ${basename(path)} was given no address`));
      },
    });
    upload.start();
  });
}

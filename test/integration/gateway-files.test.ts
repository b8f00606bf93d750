import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  beginUpload,
  createClient,
  type GatewayClient,
  headUpload,
  sendUpload,
  sha256Of,
} from '#kit/gateway-client.ts';
import { modelBytes as bytes, createModel, newModel } from '#kit/gateway-model.ts';
import { startGatewayProject } from '#kit/gateway-project.ts';
import type { TestGateway } from '#kit/gateway-server.ts';

let gateway: TestGateway;
let owner: GatewayClient;
let projectId: string;

beforeAll(async () => {
  ({ gateway, owner, projectId } = await startGatewayProject());
});
afterAll(() => gateway?.stop());

describe('uploads', () => {
  it('one that was cut off goes on from the byte where it stopped', async () => {
    const location = await beginUpload(owner, projectId, { name: 'cut.pth', bytes });
    await sendUpload(owner, location, { bytes: bytes.subarray(0, 1_000), offset: 0 });
    const head = await headUpload(owner, location);
    expect(head.headers.get('upload-offset')).toBe('1000');
    expect((await sendUpload(owner, location, { bytes, offset: 1_000 })).status).toBe(204);
    const input = { projectId, name: 'Resumed', uploadId: location.split('/').at(-1) };
    const { model } = await owner.get(createModel, { input });
    expect(model.latestVersion.file).toMatchObject({ name: 'cut.pth', bytes: bytes.length, sha256: sha256Of(bytes) });
  });

  it('one whose bytes are not the announced ones is refused with both digests', async () => {
    const answer = await owner.upload(projectId, { name: 'wrong.pth', bytes, sha256: '0'.repeat(64) });
    expect(answer.status).toBe(460);
    expect(answer.sentence).toContain(sha256Of(bytes));
    const made = await owner.get(createModel, { input: { projectId, name: 'Wrong', uploadId: answer.id } });
    expect(made).toMatchObject({ __typename: 'InvalidInputError', message: expect.stringContaining('SHA-256') });
  });

  it('one that has not arrived makes no model', async () => {
    const location = await beginUpload(owner, projectId, { name: 'half.pth', bytes });
    const made = await owner.get(createModel, {
      input: { projectId, name: 'Half', uploadId: location.split('/').at(-1) },
    });
    expect(made).toMatchObject({ __typename: 'InvalidInputError', message: expect.stringContaining('not arrived') });
  });

  it('one goes on after the gateway was started anew', async () => {
    const location = await beginUpload(owner, projectId, { name: 'late.pth', bytes });
    await sendUpload(owner, location, { bytes: bytes.subarray(0, 500), offset: 0 });
    await gateway.restart();
    expect((await headUpload(owner, location)).headers.get('upload-offset')).toBe('500');
    expect((await sendUpload(owner, location, { bytes, offset: 500 })).status).toBe(204);
  });

  it('one whose sending the restart cuts keeps what had come, and goes on from there', async () => {
    const location = await beginUpload(owner, projectId, { name: 'severed.pth', bytes });
    const body = new ReadableStream({ start: (stream) => stream.enqueue(bytes.subarray(0, 700)) });
    const cut = owner
      .fetch(location, {
        method: 'PATCH',
        headers: {
          'tus-resumable': '1.0.0',
          'upload-offset': '0',
          'content-type': 'application/offset+octet-stream',
        },
        body,
        duplex: 'half',
      } as RequestInit)
      .catch((error: unknown) => error);
    const part = join(gateway.folder, 'uploads', location.split('/').at(-1) ?? '');
    await expect.poll(() => statSync(part).size).toBe(700);
    await gateway.restart();
    expect(await cut).toBeInstanceOf(Error);
    expect((await headUpload(owner, location)).headers.get('upload-offset')).toBe('700');
    expect((await sendUpload(owner, location, { bytes, offset: 700 })).status).toBe(204);
  });

  it('one whose last byte came just before the gateway died is finished when its owner asks', async () => {
    const location = await beginUpload(owner, projectId, { name: 'dead.pth', bytes });
    const uploadId = location.split('/').at(-1) ?? '';
    appendFileSync(join(gateway.folder, 'uploads', uploadId), bytes);
    expect((await headUpload(owner, location)).headers.get('upload-offset')).toBe(String(bytes.length));
    const { model } = await owner.get(createModel, { input: { projectId, name: 'Dead', uploadId } });
    expect(model.latestVersion.file.sha256).toBe(sha256Of(bytes));
  });

  it('a finished one still says so to a client that missed the answer, and gives its bytes to nobody', async () => {
    const location = await beginUpload(owner, projectId, { name: 'done.pth', bytes });
    await sendUpload(owner, location, { bytes, offset: 0 });
    expect((await headUpload(owner, location)).headers.get('upload-offset')).toBe(String(bytes.length));
    expect((await owner.fetch(location)).status).toBe(404);
  });

  it('one that is given up is gone', async () => {
    const location = await beginUpload(owner, projectId, { name: 'given-up.pth', bytes });
    const headers = { 'tus-resumable': '1.0.0' };
    expect((await owner.fetch(location, { method: 'DELETE', headers })).status).toBe(204);
    expect((await headUpload(owner, location)).status).toBe(404);
    const input = { projectId, name: 'Given up', uploadId: location.split('/').at(-1) };
    expect((await owner.get(createModel, { input })).__typename).toBe('InvalidInputError');
  });

  it('a model that failed half-way leaves nothing behind, not even its name', async () => {
    const { id: uploadId } = await owner.upload(projectId, { name: 'half-way.pth', bytes });
    const input = { projectId, name: 'Half-way', uploadId };
    const graphUploadId = '00000000-0000-4000-8000-000000000000';
    expect((await owner.get(createModel, { input: { ...input, graphUploadId } })).__typename).toBe('NotFoundError');
    expect((await owner.get(createModel, { input })).__typename).toBe('CreateModelPayload');
    expect((await owner.get(createModel, { input })).__typename).toBe('ConflictError');
  });

  it('nobody else finds it', async () => {
    const location = await beginUpload(owner, projectId, { name: 'mine.pth', bytes });
    const other = createClient(gateway.url);
    await other.signUp('Eve');
    await other.createOrganization('Elsewhere');
    const absent = '/files/uploads/00000000-0000-4000-8000-000000000000';
    for (const client of [other, createClient(gateway.url)]) {
      for (const ask of [headUpload, (c: GatewayClient, at: string) => sendUpload(c, at, { bytes, offset: 0 })]) {
        const [theirs, none] = [await ask(client, location), await ask(client, absent)];
        expect(theirs.status).toBe(404);
        expect(await theirs.text()).toBe(await none.text());
        expect([...theirs.headers.keys()]).toEqual([...none.headers.keys()]);
      }
    }
  });

  it.each([
    ['a path for a name', { name: '../evil.pth' }],
    ['a project that is not there', { projectId: 'UHJvamVjdDox' }],
  ])('%s is refused', async (_, change: { name?: string; projectId?: string }) => {
    await expect(
      beginUpload(owner, change.projectId ?? projectId, { name: change.name ?? 'a.pth', bytes }),
    ).rejects.toThrow(/^400/);
  });
});

describe('downloads', () => {
  it('a link gives the whole file and any part of it, under its own name', async () => {
    const { downloadUrl } = await newModel(owner, projectId, 'Download');
    const whole = await fetch(new URL(downloadUrl, gateway.url));
    expect(sha256Of(new Uint8Array(await whole.arrayBuffer()))).toBe(sha256Of(bytes));
    expect(whole.headers.get('content-length')).toBe(String(bytes.length));
    expect(whole.headers.get('content-disposition')).toContain('filename="Download.pth"');
    const part = await fetch(new URL(downloadUrl, gateway.url), { headers: { range: 'bytes=10-19' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${bytes.length}`);
    expect(await part.text()).toBe(bytes.subarray(10, 20).toString());
    const etag = whole.headers.get('etag') ?? '';
    expect((await fetch(new URL(downloadUrl, gateway.url), { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect(
      (await fetch(new URL(downloadUrl, gateway.url), { headers: { range: `bytes=${bytes.length}-` } })).status,
    ).toBe(416);
    expect((await fetch(new URL(downloadUrl, gateway.url), { method: 'HEAD' })).headers.get('content-length')).toBe(
      String(bytes.length),
    );
    expect((await fetch(new URL(downloadUrl, gateway.url), { method: 'DELETE' })).status).toBe(405);
  });

  it('an altered link opens nothing', async () => {
    const { downloadUrl } = await newModel(owner, projectId, 'Altered');
    const altered = downloadUrl.replace(/signature=./, 'signature=_');
    expect((await fetch(new URL(altered, gateway.url))).status).toBe(404);
  });
});

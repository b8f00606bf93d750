import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, type GatewayClient } from '#kit/gateway-client.ts';
import { startGatewayProject } from '#kit/gateway-project.ts';
import type { TestGateway } from '#kit/gateway-server.ts';

const createModel = `mutation($input: CreateModelInput!) { createModel(input: $input) { __typename
  ... on CreateModelPayload { model { latestVersion { id file { name }
    parts(first: 2) { totalCount pageInfo { hasNextPage } edges { node { name file { name downloadUrl } } } } } } }
  ... on Error { message remedy } } }`;

let gateway: TestGateway;
let owner: GatewayClient;
let projectId: string;

beforeAll(async () => {
  ({ gateway, owner, projectId } = await startGatewayProject());
});
afterAll(() => gateway?.stop());

const upload = async (name: string, text = name) =>
  (await owner.upload(projectId, { name, bytes: Buffer.from(text) })).id;

async function create(name: string, uploadId: string, parts: readonly string[]) {
  return owner.get(createModel, { input: { projectId, name, uploadId, parts } });
}

describe('a model of several files', () => {
  it('lists its parts by name, page by page, each with its own download', async () => {
    const index = await upload('model.safetensors.index.json');
    const parts = [await upload('c.safetensors'), await upload('a.safetensors'), await upload('b.safetensors')];
    const { model } = await create('Sharded', index, parts);
    expect(model.latestVersion.file.name).toBe('model.safetensors.index.json');
    const { totalCount, pageInfo, edges } = model.latestVersion.parts;
    expect(totalCount).toBe(3);
    expect(pageInfo.hasNextPage).toBe(true);
    expect(edges.map(({ node }: { node: { name: string } }) => node.name)).toEqual(['a.safetensors', 'b.safetensors']);
    const download = await fetch(new URL(edges[0].node.file.downloadUrl, gateway.url));
    expect(await download.text()).toBe('a.safetensors');
  });

  it.each([
    ['the same file twice', ['twin.bin', 'twin.bin'], /one name: twin\.bin and twin\.bin/],
    ['names that differ in capital letters only', ['part.bin', 'PART.bin'], /one name: part\.bin and PART\.bin/],
    ['the name of the file itself', ['index.json'], /one name: index\.json and index\.json/],
  ])('takes not %s', async (_, names, sentence) => {
    const index = await upload('index.json');
    const parts: string[] = [];
    for (const name of names) parts.push(await upload(name));
    expect(await create(names.join(), index, parts)).toMatchObject({
      __typename: 'InvalidInputError',
      message: expect.stringMatching(sentence),
    });
  });

  it('takes 1,000 parts at most', async () => {
    const index = await upload('index.json');
    const part = await upload('part.bin');
    expect(await create('Huge', index, Array(1_001).fill(part))).toMatchObject({
      __typename: 'InvalidInputError',
      message: expect.stringContaining('1001 parts; 1000 are the limit'),
    });
  });

  it('takes no part that somebody else sent', async () => {
    const index = await upload('index.json');
    const other = createClient(gateway.url);
    await other.signUp('Eve');
    await other.createOrganization('Elsewhere');
    const theirs = await other.upload(await other.createProject('Elsewhere'), {
      name: 'p.bin',
      bytes: Buffer.from('p'),
    });
    expect((await create('Stolen', index, [theirs.id])).__typename).toBe('NotFoundError');
  });
});

it('a model of 20,000 tensors is inspected, listed to its end and planned', async () => {
  gateway.startWorker();
  const { id } = await owner.upload(projectId, { name: 'many.safetensors', bytes: manyTensors(20_000) });
  const { model } = await create('Many', id, []);
  const versionId = model.latestVersion.id;
  const look = () =>
    owner.get(
      `query($id: ID!) { node(id: $id) { ... on ModelVersion { inspectionState inspectionFailure { message }
        inspection { tensorCount tensors(offset: 19990, limit: 1000) { name } } } } }`,
      { id: versionId },
    );
  await expect.poll(async () => (await look()).inspectionState, { timeout: 60_000 }).toBe('READY');
  const { inspection } = await look();
  expect(inspection.tensorCount).toBe(20_000);
  expect(inspection.tensors).toHaveLength(10);
  const plan = await owner.get(
    `query($input: PlanRunInput!) { planRun(input: $input) { __typename ... on Error { message }
      ... on Plan { quantizedLayers layers { name } } } }`,
    { input: { modelVersionId: versionId, recipe: { backend: 'torchao' } } },
  );
  expect(plan).toMatchObject({ __typename: 'Plan', quantizedLayers: 20_000 });
});

/** A .safetensors of Linear layers with two weights each. */
function manyTensors(count: number): Buffer {
  const entries = Array.from({ length: count }, (_, index) => [
    `model.layers.${index}.mlp.experts.up_proj.weight`,
    { dtype: 'F32', shape: [1, 2], data_offsets: [index * 8, index * 8 + 8] },
  ]);
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const weights = new Float32Array(count * 2).map((_, index) => Math.sin(index));
  return Buffer.concat([length, header, new Uint8Array(weights.buffer)]);
}

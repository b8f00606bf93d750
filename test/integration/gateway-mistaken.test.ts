import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { print } from 'graphql';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoFile } from '#kit/demo-file.ts';
import type { GatewayClient } from '#kit/gateway-client.ts';
import { startGatewayProject } from '#kit/gateway-project.ts';
import type { TestGateway } from '#kit/gateway-server.ts';
import {
  DatasetsDocument,
  ModelsDocument,
  NewRunDocument,
  ProjectOverviewDocument,
} from '../../apps/dashboard/graphql/generated/graphql.ts';

let gateway: TestGateway;
let owner: GatewayClient;
let projectId: string;

beforeAll(async () => {
  ({ gateway, owner, projectId } = await startGatewayProject());
  gateway.startWorker();
});
afterAll(() => gateway?.stop());

const lists = [
  ['overview', ProjectOverviewDocument],
  ['datasets', DatasetsDocument],
  ['models', ModelsDocument],
  ['choices of a new run', NewRunDocument],
] as const;

/** A file added as a model or a dataset, once it is looked at. */
async function add(what: 'Model' | 'Dataset', file: string) {
  const { path, name } = demoFile(file);
  const { id: uploadId } = await owner.upload(projectId, { name, bytes: readFileSync(path) });
  const field = what.toLowerCase();
  const created = await owner.get(
    `mutation($input: Create${what}Input!) { create${what}(input: $input) { ... on Error { message }
      ... on Create${what}Payload { ${field} { latestVersion { id } } } } }`,
    { input: { projectId, name: `${what} of ${name}`, uploadId } },
  );
  const { id } = created[field].latestVersion;
  await expect.poll(async () => (await look(id)).inspectionState, { timeout: 60_000 }).toMatch(/READY|FAILED/);
  return look(id);
}

const look = (id: string) =>
  owner.get(
    `query($id: ID!) { node(id: $id) {
      ... on ModelVersion { inspectionState inspection { format } inspectionFailure { code message } }
      ... on DatasetVersion { inspectionState inspection { format } inspectionFailure { code message } } } }`,
    { id },
  );

it.each([
  ['Dataset', 'digits-vit.pth', 'NOT_A_DATASET', 'digits-vit.pth is a PyTorch checkpoint, not calibration data.'],
  ['Dataset', 'digits-cnn.onnx', 'NOT_A_DATASET', 'digits-cnn.onnx is an ONNX model, not calibration data.'],
  ['Model', 'calibration.npz', 'NOT_A_MODEL', 'calibration.npz is an archive of NumPy arrays, not a model.'],
] as const)('as a %s, %s cannot be used, and says what it is', async (what, file, code, message) => {
  expect(await add(what, file)).toEqual({
    inspectionState: 'FAILED',
    inspection: null,
    inspectionFailure: { code, message },
  });
});

it.each(lists)('the %s of the project load with them', (_, document) => expectLoaded(document));

describe('with what was stored as the other kind before', () => {
  beforeAll(() =>
    administer(`
      update app.dataset_versions set inspection_state = 'READY', inspection_error = null,
        inspection = '{"kind": "model", "format": "pth"}';
      update app.model_versions set inspection_state = 'READY', inspection_error = null,
        inspection = '{"kind": "dataset", "format": "npz"}';`),
  );

  it.each(lists)('the %s of the project load', (_, document) => expectLoaded(document));

  it('the migration says of each that it cannot be used', async () => {
    const migration = '../../prisma/migrations/20261124000800_mistaken_inspections/migration.sql';
    await administer(readFileSync(fileURLToPath(new URL(migration, import.meta.url)), 'utf8'));
    const datasets = await expectLoaded(DatasetsDocument);
    const versions = datasets.organization.project.datasets.edges.map(
      (edge: { node: { latestVersion: { inspectionState: string } } }) => edge.node.latestVersion.inspectionState,
    );
    expect(versions).toEqual(['FAILED', 'FAILED']);
  });
});

async function expectLoaded(document: Parameters<typeof print>[0]) {
  const answer = await owner.ask(print(document), { org: owner.organization, project: 'digits' });
  expect(answer.errors).toBeUndefined();
  expect(answer.data?.organization?.project).toBeTruthy();
  return answer.data;
}

async function administer(sql: string): Promise<void> {
  const client = new Client({ connectionString: gateway.database.admin });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GatewayClient } from '#kit/gateway-client.ts';
import { startGatewayProject } from '#kit/gateway-project.ts';
import type { TestGateway } from '#kit/gateway-server.ts';

const demo = (name: string) => readFileSync(new URL(`../fixtures/demo/${name}`, import.meta.url));

let gateway: TestGateway;
let owner: GatewayClient;
let projectId: string;

beforeAll(async () => {
  ({ gateway, owner, projectId } = await startGatewayProject());
  gateway.startWorker();
});
afterAll(() => gateway?.stop());

const upload = async (name: string) => (await owner.upload(projectId, { name, bytes: demo(name) })).id;

const createModel = `mutation($input: CreateModelInput!) { createModel(input: $input) {
  ... on CreateModelPayload { model { id latestVersion { id } } } ... on Error { message } } }`;
const addVersion = `mutation($input: AddModelVersionInput!) { addModelVersion(input: $input) {
  ... on AddModelVersionPayload { modelVersion { id } } ... on Error { message } } }`;
const createDataset = `mutation($input: CreateDatasetInput!) { createDataset(input: $input) {
  ... on CreateDatasetPayload { dataset { latestVersion { id } } } ... on Error { message } } }`;
const submitRun = `mutation($input: SubmitRunInput!) { submitRun(input: $input) {
  ... on SubmitRunPayload { run { id number promotedFrom { id } } } ... on Error { message } } }`;
const promoteRun = `mutation($input: PromoteRunInput!) { promoteRun(input: $input) { __typename
  ... on PromoteRunPayload { run { id number name backend recipeYaml promotedFrom { id promotedTo { id } }
    modelVersion { id number model { name } file { sha256 } graph { id } } calibration { id } evaluation { id } } }
  ... on UnusableInputError { code message remedy } ... on Error { message remedy } } }`;
const promotion = `query($id: ID!, $to: String) { run(id: $id) { viewerCanPromote promotion(to: $to) { to why recipeYaml
  kept changed lost needs takesCalibration modelVersion { id } graphOf { id } calibration { id } evaluation { id }
  missing { code remedy } } } }`;

async function succeeded(id: string): Promise<void> {
  const end = () => owner.get('query($id: ID!) { run(id: $id) { state failure { message } endedAt } }', { id });
  await expect.poll(end, { timeout: 100_000, interval: 300 }).toMatchObject({ endedAt: expect.any(String) });
  expect(await end()).toMatchObject({ state: 'SUCCEEDED', failure: null });
}

const dataset = async (name: string) =>
  (await owner.get(createDataset, { input: { projectId, name, uploadId: await upload(`${name}.npz`) } })).dataset
    .latestVersion.id;

/** The models of versions that are somebody's companion graph, one for each time that the audit says one was made. */
async function auditedGraphs(): Promise<readonly string[]> {
  const client = new Client({ connectionString: gateway.database.admin });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select m.name from app.audit_log a join app.model_versions v on v.id::text = a.target
       join app.models m on m.id = v.model_id where a.action = 'model.create' and a.data ? 'graphOf' order by a.at`,
    );
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

it('a run is taken from torchao over modelopt.pytorch to modelopt.onnx, and is told at each step what is missing', async () => {
  const { model } = await owner.get(createModel, {
    input: { projectId, name: 'digits-cnn (PyTorch)', uploadId: await upload('digits-cnn.pth') },
  });
  const evaluationVersionId = await dataset('evaluation');
  const { run: first } = await owner.get(submitRun, {
    input: {
      projectId,
      modelVersionId: model.latestVersion.id,
      recipe: { backend: 'torchao', skip_names: ['stem.0'] },
      evaluationVersionId,
    },
  });
  expect(await owner.get(promoteRun, { input: { runId: first.id } })).toMatchObject({
    __typename: 'ConflictError',
    message: expect.stringMatching(/only a run that has succeeded/),
  });
  await succeeded(first.id);

  const bare = await owner.get(promotion, { id: first.id });
  expect(bare).toMatchObject({ viewerCanPromote: true, promotion: { to: 'modelopt.pytorch', calibration: null } });
  expect(bare.promotion.missing.map(({ code }: { code: string }) => code)).toEqual([
    'GRAPH_MISSING',
    'CALIBRATION_MISSING',
  ]);
  expect(await owner.get(promoteRun, { input: { runId: first.id } })).toMatchObject({
    code: 'GRAPH_MISSING',
    remedy: expect.stringContaining('torch.onnx.export'),
  });

  // The same checkpoint with a companion graph is the version that the next step takes.
  const { modelVersion: withGraph } = await owner.get(addVersion, {
    input: {
      modelId: model.id,
      uploadId: await upload('digits-cnn.pth'),
      graphUploadId: await upload('digits-cnn.onnx'),
    },
  });
  expect(await owner.get(promoteRun, { input: { runId: first.id } })).toMatchObject({ code: 'CALIBRATION_MISSING' });
  const calibrationVersionId = await dataset('calibration');
  const input = { runId: first.id, calibrationVersionId, idempotencyKey: 'second' };
  const [{ run: second }, { run: again }] = await Promise.all([
    owner.get(promoteRun, { input }),
    owner.get(promoteRun, { input }),
  ]);
  expect(again.id).toBe(second.id);
  expect(second).toMatchObject({
    name: 'digits-cnn · modelopt.pytorch',
    backend: 'modelopt.pytorch',
    promotedFrom: { id: first.id, promotedTo: [{ id: second.id }] },
    modelVersion: { id: withGraph.id },
    calibration: { id: calibrationVersionId },
    evaluation: { id: evaluationVersionId },
  });
  expect(second.recipeYaml).toContain('skip_names:\n    - stem.0');
  await succeeded(second.id);

  const ready = await owner.get(promotion, { id: second.id });
  expect(ready.promotion).toMatchObject({
    to: 'modelopt.onnx',
    modelVersion: null,
    graphOf: { id: withGraph.id },
    calibration: { id: calibrationVersionId },
    missing: [],
  });
  // Of the names that ModelOpt's presets leave as they are this model has none.
  expect(ready.promotion.changed.join(' ')).not.toContain('INT8_DEFAULT_CFG');
  const answers = await Promise.all(
    ['one', 'two'].map((idempotencyKey) => owner.get(promoteRun, { input: { runId: second.id, idempotencyKey } })),
  );
  const [third, fourth] = answers.map(({ run }) => run);
  // Two runs of the same step do not look the same.
  expect([third.name, fourth.name].sort()).toEqual(['digits-cnn · modelopt.onnx', 'digits-cnn · modelopt.onnx (2)']);
  expect(third).toMatchObject({
    promotedFrom: { id: second.id },
    modelVersion: { number: 1, model: { name: 'digits-cnn (ONNX)' }, graph: null },
  });
  expect(fourth.id).not.toBe(third.id);
  expect(fourth.modelVersion.id).toBe(third.modelVersion.id);
  expect(await auditedGraphs()).toEqual(['digits-cnn (ONNX)']);
  await succeeded(third.id);

  expect(await owner.get(promotion, { id: third.id })).toEqual({ viewerCanPromote: false, promotion: null });
  expect(await owner.get(promoteRun, { input: { runId: third.id } })).toMatchObject({
    message: expect.stringMatching(/last step/),
  });
  expect((await owner.get(promotion, { id: second.id })).promotion.modelVersion).toEqual({ id: third.modelVersion.id });

  // Straight from the first to the last, and with changes of one's own.
  const leapInput = { runId: first.id, to: 'modelopt.onnx', idempotencyKey: 'leap' };
  const { run: leap } = await owner.get(promoteRun, { input: leapInput });
  expect(leap).toMatchObject({ backend: 'modelopt.onnx', modelVersion: { id: third.modelVersion.id } });
  const { run: edited } = await owner.get(submitRun, {
    input: {
      projectId,
      modelVersionId: third.modelVersion.id,
      recipeYaml: ready.promotion.recipeYaml,
      calibrationVersionId,
      promotedFromRunId: second.id,
    },
  });
  expect(edited.promotedFrom).toEqual({ id: second.id });
  const { run: repeated } = await owner.get(
    `mutation { retryRun(id: "${third.id}") { ... on RetryRunPayload { run { promotedFrom { id } } } ... on Error { message } } }`,
  );
  expect(repeated.promotedFrom).toEqual({ id: second.id });

  // A repeat is the same run, though what it left open would be something else by now.
  await owner.get(promoteRun, { input: { runId: first.id, calibrationVersionId: evaluationVersionId } });
  const { modelVersion: newest } = await owner.get(addVersion, {
    input: {
      modelId: model.id,
      uploadId: await upload('digits-cnn.pth'),
      graphUploadId: await upload('digits-vit.onnx'),
    },
  });
  expect((await owner.get(promotion, { id: first.id, to: 'modelopt.onnx' })).promotion).toMatchObject({
    graphOf: { id: newest.id },
    calibration: { id: evaluationVersionId },
  });
  for (const given of [{}, { calibrationVersionId }, { evaluationVersionId }]) {
    const answer = await owner.get(promoteRun, { input: { ...leapInput, ...given } });
    expect(answer.run?.id, JSON.stringify(answer)).toBe(leap.id);
  }
  for (const other of [
    { to: null },
    { runId: second.id },
    { calibrationVersionId: evaluationVersionId },
    { evaluationVersionId: calibrationVersionId },
  ]) {
    expect(await owner.get(promoteRun, { input: { ...leapInput, ...other } })).toMatchObject({
      __typename: 'ConflictError',
      message: expect.stringMatching(/which has other inputs/),
    });
  }
});

it('a companion graph is a model of its own only once', async () => {
  // The same file with a graph beside it is more than the graph.
  const { model: more } = await owner.get(createModel, {
    input: {
      projectId,
      name: 'digits-vit with a graph',
      uploadId: await upload('digits-vit.onnx'),
      graphUploadId: await upload('digits-vit.onnx'),
    },
  });
  const { model } = await owner.get(createModel, {
    input: {
      projectId,
      name: 'digits-vit',
      uploadId: await upload('digits-vit.pth'),
      graphUploadId: await upload('digits-vit.onnx'),
    },
  });
  const make = () =>
    owner.get(
      `mutation($id: ID!) { modelFromGraph(modelVersionId: $id) {
        ... on ModelFromGraphPayload { modelVersion { id file { name } } } ... on Error { message } } }`,
      { id: model.latestVersion.id },
    );
  const made = await make();
  expect(made.modelVersion.file.name).toBe('digits-vit.onnx');
  expect(made.modelVersion.id).not.toBe(more.latestVersion.id);
  expect(await make()).toEqual(made);
  expect((await auditedGraphs()).filter((name) => name === 'digits-vit (ONNX)')).toHaveLength(1);
});

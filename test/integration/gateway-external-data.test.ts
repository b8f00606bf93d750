import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GatewayClient } from '#kit/gateway-client.ts';
import { createModel } from '#kit/gateway-model.ts';
import { startGatewayProject } from '#kit/gateway-project.ts';
import type { TestGateway } from '#kit/gateway-server.ts';

let gateway: TestGateway;
let owner: GatewayClient;
let projectId: string;

beforeAll(async () => {
  ({ gateway, owner, projectId } = await startGatewayProject());
  gateway.startWorker();
});
afterAll(() => gateway?.stop());

const zoo = fileURLToPath(new URL('../fixtures/onnx-zoo/', import.meta.url));

async function upload(name: string, as = name): Promise<string> {
  return (await owner.upload(projectId, { name: as, bytes: await readFile(zoo + name) })).id;
}

/** What the inspection of a new model said, once it is over. */
async function inspected(name: string, parts: readonly string[]) {
  const input = { projectId, name, uploadId: await upload('external.onnx'), parts };
  const { model } = await owner.get(createModel, { input });
  const versionId: string = model.latestVersion.id;
  const look = () =>
    owner.get(
      `query($id: ID!) { node(id: $id) { ... on ModelVersion { inspectionState inspectionFailure { code message }
        inspection { format bytes parameters notes } } } }`,
      { id: versionId },
    );
  await expect.poll(async () => (await look()).inspectionState, { timeout: 60_000 }).toMatch(/READY|FAILED/);
  return { versionId, ...(await look()) };
}

it('an .onnx and the file with its weights are one model, inspected, planned and quantized as such', async () => {
  const { versionId, inspection } = await inspected('Whole', [await upload('external.onnx.data')]);
  expect(inspection).toMatchObject({ format: 'onnx', bytes: 1222 + 59_584 });
  expect(inspection.notes).toContain('Its weights are in external.onnx.data.');
  const recipe = {
    backend: 'modelopt.onnx',
    backend_kwargs: { random_calibration: true, use_external_data_format: true },
  };
  const plan = await owner.get(
    `query($input: PlanRunInput!) { planRun(input: $input) { __typename ... on Error { message }
      ... on Plan { quantizedLayers } } }`,
    { input: { modelVersionId: versionId, recipe } },
  );
  expect(plan).toEqual({ __typename: 'Plan', quantizedLayers: 4 });

  const submit = `mutation($input: SubmitRunInput!) { submitRun(input: $input) { __typename
    ... on Error { message } ... on SubmitRunPayload { run { id } } } }`;
  const { run } = await owner.get(submit, { input: { projectId, modelVersionId: versionId, recipe } });
  const look = () =>
    owner.get(
      'query($id: ID!) { node(id: $id) { ... on Run { state failure { message } artifacts { name bytes } } } }',
      { id: run.id },
    );
  await expect.poll(async () => (await look()).state, { timeout: 60_000 }).toMatch(/SUCCEEDED|FAILED/);
  const { failure, artifacts } = await look();
  expect(failure).toBeNull();
  expect(artifacts.map(({ name }: { name: string }) => name).sort()).toEqual([
    'manifest.json',
    'quantized_model.onnx',
    'quantized_model.onnx_data',
  ]);
});

it.each([
  { why: 'without it', given: async () => [] },
  { why: 'with it under another name', given: async () => [await upload('external.onnx.data', 'renamed.data')] },
])('an .onnx $why is told which file is missing', async ({ why, given }) => {
  expect(await inspected(why, await given())).toMatchObject({
    inspectionState: 'FAILED',
    inspectionFailure: {
      code: 'NOT_A_MODEL',
      message: 'external.onnx keeps weights in other files, and 1 of 1 were not given with it: external.onnx.data.',
    },
  });
});

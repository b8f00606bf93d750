import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatewayClient, sha256Of } from '#kit/gateway-client.ts';
import { startGatewayProject } from '#kit/gateway-project.ts';
import type { TestGateway } from '#kit/gateway-server.ts';
import { openSocket } from '#kit/gateway-socket.ts';

const demo = (name: string) => readFileSync(new URL(`../fixtures/demo/${name}`, import.meta.url));

let gateway: TestGateway;
let owner: GatewayClient;
let projectId: string;

beforeAll(async () => {
  ({ gateway, owner, projectId } = await startGatewayProject());
  gateway.startWorker();
});
afterAll(() => gateway?.stop());

const version = 'id inspectionState inspectionFailure { message } ';

async function create(field: 'createModel' | 'createDataset', input: object): Promise<string> {
  const noun = field === 'createModel' ? 'model' : 'dataset';
  const payload = field === 'createModel' ? 'CreateModelPayload' : 'CreateDatasetPayload';
  const Input = field === 'createModel' ? 'CreateModelInput' : 'CreateDatasetInput';
  const made = await owner.get(
    `mutation($input: ${Input}!) { ${field}(input: $input) { ... on ${payload} { ${noun} { latestVersion { id } } } ... on Error { message } } }`,
    { input: { projectId, ...input } },
  );
  return made[noun].latestVersion.id;
}

const inspected = (id: string) =>
  owner.get(
    `query($id: ID!) { node(id: $id) {
      ... on ModelVersion { ${version} inspection { format parameters tensorCount inputs { name shape } } }
      ... on DatasetVersion { ${version} dataset { name } } } }`,
    { id },
  );

it('a person uploads a model, sees what it is, plans, quantizes it by each backend, watches, compares and downloads', async () => {
  const upload = async (name: string) => (await owner.upload(projectId, { name, bytes: demo(name) })).id;
  const pth = await create('createModel', {
    name: 'digits-cnn',
    uploadId: await upload('digits-cnn.pth'),
    graphUploadId: await upload('digits-cnn.onnx'),
  });
  const onnx = await create('createModel', { name: 'digits-cnn-onnx', uploadId: await upload('digits-cnn.onnx') });
  const calibrationVersionId = await create('createDataset', {
    name: 'calibration',
    uploadId: await upload('calibration.npz'),
  });
  const evaluationVersionId = await create('createDataset', {
    name: 'evaluation',
    uploadId: await upload('evaluation.npz'),
  });
  for (const id of [pth, onnx, calibrationVersionId, evaluationVersionId]) {
    await expect
      .poll(() => inspected(id), { timeout: 60_000, interval: 300 })
      .toMatchObject({ inspectionState: 'READY' });
  }
  expect(await inspected(pth)).toMatchObject({ inspection: { format: 'pth' } });

  const wrong = await owner.get(submitRun, {
    input: { projectId, modelVersionId: pth, recipe: { backend: 'modelopt.onnx' }, calibrationVersionId },
  });
  expect(wrong).toMatchObject({ code: 'WRONG_BACKEND', remedy: expect.stringContaining('torchao') });

  const plan = await owner.get(
    'query($input: PlanRunInput!) { planRun(input: $input) { ... on Plan { quantizedLayers layers { name verdict reason } } ... on Error { message } } }',
    { input: { modelVersionId: pth, recipe: { backend: 'torchao' } } },
  );
  expect(plan.quantizedLayers).toBeGreaterThan(0);

  const socket = await openSocket(owner);
  const ids: string[] = [];
  for (const [backend, modelVersionId] of [
    ['torchao', pth],
    ['modelopt.pytorch', pth],
    ['modelopt.onnx', onnx],
  ] as const) {
    const data = backend === 'torchao' ? { evaluationVersionId } : { calibrationVersionId, evaluationVersionId };
    const { run } = await owner.get(submitRun, { input: { projectId, modelVersionId, recipe: { backend }, ...data } });
    const events = socket.subscribe(
      `subscription($id: ID!) { runEvents(runId: $id, afterSeq: 0) { seq change { __typename
        ... on RunStateChanged { state failure { message } } ... on RunLogged { line } ... on RunProgressed { stage fraction } } } }`,
      { id: run.id },
    );
    const states: string[] = [];
    for (let seq = 1; !['SUCCEEDED', 'FAILED', 'CANCELED'].includes(states.at(-1) ?? ''); seq += 1) {
      const [event] = await events.take(1);
      expect(event?.data.runEvents.seq).toBe(seq);
      const { change } = event?.data.runEvents ?? {};
      if (change.state) states.push(change.state);
    }
    expect(states, backend).toEqual(['QUEUED', 'CLAIMED', 'RUNNING', 'SUCCEEDED']);
    ids.push(run.id);
  }
  await socket.close();

  const comparison = await owner.get(
    `query($ids: [ID!]!) { compareRuns(ids: $ids) { ... on Error { message } ... on Comparison { rows { label values differs }
      runs { backend outcome { quantizedLayers bytesAfter evaluation { quantized { value } } ${lint} } artifacts { name bytes sha256 downloadUrl } } } } }`,
    { ids },
  );
  expect(comparison.rows.map(({ label }: { label: string }) => label)).toContain('Accuracy, quantized');
  for (const { backend, outcome, artifacts } of comparison.runs) {
    expect(outcome.evaluation.quantized.value).toBeGreaterThan(0.8);
    expect(outcome.lint).toEqual(backend === 'modelopt.onnx' ? ready : null);
    for (const { downloadUrl, bytes, sha256 } of artifacts) {
      const file = new Uint8Array(await (await fetch(new URL(downloadUrl, gateway.url))).arrayBuffer());
      expect(file.length).toBe(bytes);
      expect(sha256Of(file)).toBe(sha256);
    }
  }
});

const lint = 'lint { errors warnings trtexec findings { rule level node count remedy } }';

/** Of digits-cnn: its batch is open. */
const ready = {
  errors: 0,
  warnings: 0,
  trtexec: expect.stringMatching(
    /^trtexec --onnx=quantized_model\.onnx --stronglyTyped .* --maxShapes=input:32x1x28x28$/,
  ),
  findings: expect.arrayContaining([
    { rule: 'Q24', level: 'INFO', node: '', count: 1, remedy: expect.stringContaining('--minShapes') },
  ]),
};

const submitRun = `mutation($input: SubmitRunInput!) { submitRun(input: $input) {
  ... on SubmitRunPayload { run { id } } ... on UnusableInputError { code message remedy } ... on Error { message } } }`;

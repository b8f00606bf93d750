import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { demoFile } from '#kit/demo-file.ts';
import { ends, historyOf, reaches } from './history.ts';
import { leaseSeconds, type Platform, startPlatform } from './platform.ts';
import { createTenant, type SubmittedRun, type Tenant } from './tenant.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

// The worker of `npm start`, with the three backends as they are.
const program = 'infra/dev/worker.ts';

let platform: Platform;
let tenant: Tenant;
let worker: WorkerProcess;
let sets: { calibrationVersionId: string; evaluationVersionId: string };

beforeAll(async () => {
  platform = await startPlatform();
  await platform.startDispatch();
  tenant = await createTenant(platform);
  worker = await startWorker(platform, { program });
  sets = {
    calibrationVersionId: await tenant.addDataset(demoFile('calibration.npz').path),
    evaluationVersionId: await tenant.addDataset(demoFile('evaluation.npz').path),
  };
});

afterAll(async () => {
  await worker?.kill();
  await platform?.stop();
});

type BackendId = keyof typeof catalogue;

async function runOf(backend: BackendId, model: string): Promise<SubmittedRun> {
  const onnx = demoFile(`${model}.onnx`).path;
  const modelVersionId = await (catalogue[backend].input === '.onnx'
    ? tenant.addModel(onnx)
    : tenant.addModel(demoFile(`${model}.pth`).path, onnx));
  return { backend, recipe: catalogue[backend].preset, modelVersionId, ...sets };
}

test.each(Object.keys(catalogue) as BackendId[])('%s quantizes digits-cnn and brings evidence', async (backend) => {
  const { id } = await tenant.submit(await runOf(backend, 'digits-cnn'));
  const ended = await ends(tenant, id, 90);
  expect(ended.failure).toBeNull();
  const { run, events } = await historyOf(tenant, id);
  expect(run).toMatchObject({ state: 'SUCCEEDED', plan: { backend }, outcome: { evaluation: { metric: 'top1' } } });
  expect(events.filter(({ kind }) => kind === 'progress').length).toBeGreaterThan(0);
  const [artifacts, evaluations] = await tenant.within(async (tx) => [
    await tx.artifact.findMany({ where: { runId: id } }),
    await tx.evaluation.findMany({ where: { runId: id } }),
  ]);
  expect(artifacts.map(({ name }) => name).sort()).toEqual([catalogue[backend].output, 'manifest.json'].sort());
  for (const { key, sha256 } of artifacts) {
    const bytes = await buffer(await platform.store.get(key));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  }
  expect(evaluations).toHaveLength(2);
  for (const { value } of evaluations) expect(value).toBeGreaterThan(0.9);
});

test('a real run whose worker is killed ends once, with the bytes an undisturbed one has', async () => {
  const submitted = await runOf('modelopt.onnx', 'digits-vit');
  const run = await tenant.submit(submitted);
  await reaches(tenant, run.id, ['CLAIMED', 'RUNNING']);
  await worker.kill();
  worker = await startWorker(platform, { program });
  expect((await ends(tenant, run.id, leaseSeconds * 2 + 60)).state).toBe('SUCCEEDED');
  const { attempts } = await historyOf(tenant, run.id);
  expect(attempts.map(({ state }) => state)).toEqual(['LOST', 'SUCCEEDED']);
  await expect.poll(() => worker.scratch()).toEqual([]);

  const undisturbed = await tenant.submit(submitted);
  await ends(tenant, undisturbed.id, 90);
  const digests = await tenant.within((tx) =>
    tx.artifact.findMany({ where: { name: 'quantized_model.onnx', runId: { in: [run.id, undisturbed.id] } } }),
  );
  expect(digests).toHaveLength(2);
  expect(digests[0]!.sha256).toBe(digests[1]!.sha256);
});

import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import { ends, expectGapFreeProject, historyOf } from './history.ts';
import type { Platform } from './platform.ts';
import { startRuns } from './start-runs.ts';
import type { Tenant } from './tenant.ts';
import type { WorkerProcess } from './worker-process.ts';

let platform: Platform;
let tenant: Tenant;
let worker: WorkerProcess;

beforeAll(async () => {
  const runs = await startRuns({
    env: {
      ZEROPOINT_SECRET: 'hidden',
      ZEROPOINT_ATTEMPT_MEMORY_MB: '400',
      // Starting the process counts, and where all tests run at once it takes seconds.
      ZEROPOINT_ATTEMPT_SECONDS: '10',
      ZEROPOINT_ATTEMPT_SCRATCH_MB: '20',
    },
  });
  ({ platform, tenant, worker } = runs);
  return runs.stop;
});

describe('a run that succeeds', () => {
  test('passes every state once and brings plan, outcome, artifacts and evidence with its last', async () => {
    const { id } = await tenant.submitTest({ do: 'succeed' });
    await ends(tenant, id);
    const { run, states, attempts, events } = await historyOf(tenant, id);
    expect(states).toEqual(['QUEUED', 'CLAIMED', 'RUNNING', 'SUCCEEDED']);
    expect(attempts).toMatchObject([{ epoch: 1, state: 'SUCCEEDED' }]);
    expect(run).toMatchObject({
      stage: 'quantize',
      fraction: 1,
      plan: { backend: 'torchao' },
      outcome: { bytesAfter: 4 },
    });
    expect(events.map(({ kind }) => kind)).toContain('log');
    expect(events.map(({ kind }) => kind)).toContain('progress');
    const where = { runId: id };
    const [artifacts, evaluations] = await tenant.within(async (tx) => [
      await tx.artifact.findMany({ where, orderBy: { name: 'asc' } }),
      await tx.evaluation.findMany({ where, orderBy: { subject: 'asc' } }),
    ]);
    expect(artifacts.map(({ name }) => name)).toEqual(['manifest.json', 'quantized.bin']);
    expect((await buffer(await platform.store.get(artifacts[1]!.key))).toString()).toBe('half');
    expect(evaluations).toMatchObject([
      { subject: 'float', value: 0.9 },
      { subject: 'quantized', value: 0.9 },
    ]);
    await expect.poll(() => worker.scratch()).toEqual([]);
    await expectGapFreeProject(tenant);
  });

  test('sees no secret of the platform', async () => {
    const { id } = await tenant.submitTest({ do: 'secrets' });
    await ends(tenant, id);
    const { events } = await historyOf(tenant, id);
    expect(events.filter(({ kind }) => kind === 'log').map(({ data }) => data)).toEqual([
      { level: 'info', line: expect.stringMatching(/^The plan: 1 /) },
      { level: 'info', line: 'sees 0 secrets' },
      { level: 'info', line: expect.stringMatching(/^Accuracy: float 90.00 % /) },
      { level: 'info', line: expect.stringMatching(/^Wrote quantized\.bin: 4 bytes/) },
    ]);
  });

  test('may talk too much, in characters Postgres cannot keep', async () => {
    const { id } = await tenant.submitTest({ do: 'chatter' });
    expect((await ends(tenant, id)).state).toBe('SUCCEEDED');
    const log = (await historyOf(tenant, id)).events.filter(({ kind }) => kind === 'log').map(({ data }) => data);
    expect(log).toHaveLength(5_000);
    // The first line is the plan's.
    expect(log[4_998]).toEqual({ level: 'info', line: 'line 4997 \ufffd \ufffd' });
    expect(log.at(-1)).toMatchObject({ level: 'warning', line: expect.stringContaining('5000 lines') });
  });
});

describe('an inspection', () => {
  test('writes what it found to the version', async () => {
    const { run, versionId } = await tenant.inspectDataset('good.npz');
    expect((await ends(tenant, run.id)).state).toBe('SUCCEEDED');
    const version = await tenant.within((tx) => tx.datasetVersion.findUniqueOrThrow({ where: { id: versionId } }));
    expect(version).toMatchObject({ inspectionState: 'READY', inspection: { kind: 'dataset', samples: 1 } });
  });

  test('writes why it could not', async () => {
    const { run, versionId } = await tenant.inspectDataset('bad.npz');
    expect((await ends(tenant, run.id)).state).toBe('FAILED');
    const version = await tenant.within((tx) => tx.datasetVersion.findUniqueOrThrow({ where: { id: versionId } }));
    expect(version).toMatchObject({ inspectionState: 'FAILED', inspectionError: { code: 'NOT_A_DATASET' } });
  });
});

describe('an attempt that fails', () => {
  test.each([
    { fault: 'refuse', code: 'CALIBRATION_MISMATCH', message: /3 channels/, attempts: 1 },
    { fault: 'hog', code: 'OUT_OF_MEMORY', message: /held \d+ MB of memory; its limit is 400 MB/, attempts: 1 },
    { fault: 'spin', code: 'OUT_OF_TIME', message: /after 10 seconds/, attempts: 1 },
    { fault: 'fill', code: 'OUT_OF_SCRATCH', message: /its limit is 20 MB/, attempts: 1 },
    { fault: 'exit', code: 'CRASHED', message: /exit code 7.*the disk is on fire/, attempts: 2 },
    { fault: 'abort', code: 'CRASHED', message: /SIGABRT/, attempts: 2 },
    { fault: 'stumble', code: 'INTERNAL', message: /x is undefined/, attempts: 2 },
  ])('by $fault is $code after $attempts of 2 attempts', async ({ fault, code, message, attempts }) => {
    const { id } = await tenant.submitTest({ do: fault }, { maxAttempts: 2 });
    expect((await ends(tenant, id)).state).toBe('FAILED');
    const history = await historyOf(tenant, id);
    expect(history.run.failure).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(history.attempts).toHaveLength(attempts);
    expect(history.attempts.every(({ state }) => state === 'FAILED')).toBe(true);
    await expect.poll(() => worker.scratch()).toEqual([]);
    expect(await tenant.within((tx) => tx.artifact.count({ where: { runId: id } }))).toBe(0);
  });

  test('leaves the worker able to go on', async () => {
    const { id } = await tenant.submitTest({ do: 'succeed' });
    expect((await ends(tenant, id)).state).toBe('SUCCEEDED');
    expect(platform.errors).toEqual([]);
  });
});

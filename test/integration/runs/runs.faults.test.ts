import { setTimeout as sleep } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseBrokerAddress } from '#bus/broker-address.ts';
import { notices } from '#bus/subjects.ts';
import type { Dispatch } from '#gateway/dispatch/create-dispatch.ts';
import { relayOutbox } from '#gateway/dispatch/outbox-relay.ts';
import { planOverBus } from '#gateway/dispatch/plan-over-bus.ts';
import { requestCancel } from '#gateway/dispatch/request-cancel.ts';
import { attemptsOf } from '#kit/attempts-of.ts';
import { ends, expectGapFreeProject, historyOf, reaches } from './history.ts';
import { leaseSeconds, type Platform, startPlatform } from './platform.ts';
import { createTenant, recipe, type Tenant } from './tenant.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

let platform: Platform;
let dispatch: Dispatch;
let tenant: Tenant;
let workers: WorkerProcess[];

async function start(): Promise<WorkerProcess> {
  const worker = await startWorker(platform);
  workers.push(worker);
  return worker;
}

beforeEach(async () => {
  workers = [];
  tenant = await createTenant(platform);
});

afterEach(async () => {
  for (const worker of workers) await worker.kill();
});

beforeAll(async () => {
  platform = await startPlatform();
  dispatch = await platform.startDispatch();
});

afterAll(async () => {
  await platform?.stop();
});

describe('without a gateway', () => {
  test('a committed run is sent by the next one, once even by two of them', async () => {
    await dispatch.stop();
    const run = await tenant.submitTest({ do: 'succeed' });
    const relayed = await Promise.all([1, 2, 3].map(() => relayOutbox(platform.relay, platform.bus)));
    expect(relayed.reduce((sum, count) => sum + count)).toBe(1);
    expect(await platform.bus.countJobs('torchao')).toBe(1);
    await start();
    await sleep(500);
    expect((await tenant.find(run.id)).state).toBe('QUEUED');
    dispatch = await platform.startDispatch();
    expect((await ends(tenant, run.id)).state).toBe('SUCCEEDED');
    expect((await historyOf(tenant, run.id)).attempts).toHaveLength(1);
  });
});

describe('a worker that is killed in the middle', () => {
  test('leaves no process, and its run succeeds once, elsewhere, on clean ground', async () => {
    const first = await start();
    const run = await tenant.submitTest({ do: 'linger', seconds: 2 });
    await reaches(tenant, run.id, ['RUNNING']);
    const attempts = attemptsOf(first.process.pid);
    expect(attempts).toHaveLength(1);
    await first.kill();
    // One that was still starting ends when it has started.
    await expect.poll(() => attempts.filter(isAlive), { timeout: 20_000 }).toEqual([]);
    expect(await first.scratch()).toEqual([`${run.id}-1`]);

    const second = await start();
    expect((await ends(tenant, run.id, leaseSeconds * 2 + 10)).state).toBe('SUCCEEDED');
    const history = await historyOf(tenant, run.id);
    expect(history.attempts.map(({ state }) => state)).toEqual(['LOST', 'SUCCEEDED']);
    expect(history.states).toEqual(['QUEUED', 'CLAIMED', 'RUNNING', 'QUEUED', 'CLAIMED', 'RUNNING', 'SUCCEEDED']);
    const artifacts = await tenant.within((tx) => tx.artifact.findMany({ where: { runId: run.id } }));
    expect(artifacts.map(({ key }) => key.split('/').at(-2))).toEqual(['2', '2']);
    await expect.poll(() => second.scratch()).toEqual([]);
    await expectGapFreeProject(tenant);
  });

  test('and frozen instead wakes up to a lost lease and stops', async () => {
    const first = await start();
    const run = await tenant.submitTest({ do: 'linger', seconds: 4 });
    await reaches(tenant, run.id, ['RUNNING']);
    first.signal('SIGSTOP');
    const second = await start();
    await expect.poll(async () => (await tenant.find(run.id)).leaseEpoch, { timeout: 20_000 }).toBe(2);
    first.signal('SIGCONT');
    expect((await ends(tenant, run.id)).state).toBe('SUCCEEDED');
    const { attempts } = await historyOf(tenant, run.id);
    expect(attempts.map(({ state }) => state)).toEqual(['LOST', 'SUCCEEDED']);
    await expect.poll(() => attemptsOf(first.process.pid), { timeout: 5_000 }).toEqual([]);
    await expect.poll(() => second.scratch(), { timeout: 5_000 }).toEqual([]);
  });
});

describe('a worker that is told to stop', () => {
  test('lets short work end', async () => {
    const worker = await start();
    const run = await tenant.submitTest({ do: 'linger', seconds: 1 });
    await reaches(tenant, run.id, ['RUNNING']);
    worker.signal('SIGTERM');
    expect(await worker.ended()).toBe(0);
    expect((await historyOf(tenant, run.id)).states.at(-1)).toBe('SUCCEEDED');
  });

  test('gives long work back without a try spent', async () => {
    const worker = await start();
    const run = await tenant.submitTest({ do: 'linger', seconds: 60 }, { maxAttempts: 1 });
    await reaches(tenant, run.id, ['RUNNING']);
    worker.signal('SIGTERM');
    expect(await worker.ended()).toBe(0);
    const { states, attempts } = await historyOf(tenant, run.id);
    expect(states.at(-1)).toBe('QUEUED');
    expect(attempts.map(({ state }) => state)).toEqual(['CANCELED']);
    expect(await worker.scratch()).toEqual([]);
    await tenant.within((tx) => requestCancel(tx, run));
  });
});

describe('a cancellation', () => {
  test.each(['linger', 'spin'])('stops an attempt that does nothing but %s, within seconds', async (what) => {
    const worker = await start();
    const run = await tenant.submitTest({ do: what, seconds: 60 });
    await reaches(tenant, run.id, ['RUNNING']);
    expect(await tenant.within((tx) => requestCancel(tx, run))).toBe('requested');
    await reaches(tenant, run.id, ['CANCELED'], 5);
    await expect.poll(() => attemptsOf(worker.process.pid)).toEqual([]);
    await expect.poll(() => worker.scratch()).toEqual([]);
    expect((await historyOf(tenant, run.id)).attempts).toMatchObject([{ state: 'CANCELED' }]);
  });
});

describe('the broker', () => {
  test('killed again and again loses no run', async () => {
    await start();
    const runs = [];
    for (let round = 0; round < 3; round += 1) {
      runs.push(await tenant.submitTest({ do: 'linger', seconds: 1 }));
      await sleep(300);
      await platform.nats.kill();
      runs.push(await tenant.submitTest({ do: 'succeed' }));
      await platform.nats.restart();
    }
    for (const run of runs) {
      expect((await ends(tenant, run.id, 60)).state).toBe('SUCCEEDED');
      await historyOf(tenant, run.id);
    }
    await expectGapFreeProject(tenant);
  });

  test('that lost its store gets its jobs back from the database', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => tenant.submitTest({ do: 'succeed' })));
    await expect.poll(() => platform.bus.countJobs('torchao'), { timeout: 10_000 }).toBe(3);
    // Nobody may put anything back before the loss has been seen.
    await dispatch.stop();
    await platform.nats.kill();
    await platform.nats.restart({ empty: true });
    expect(await platform.bus.countJobs('torchao')).toBe(0);
    dispatch = await platform.startDispatch();
    await expect.poll(() => platform.bus.countJobs('torchao'), { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
    await start();
    for (const run of runs) expect((await ends(tenant, run.id, 60)).state).toBe('SUCCEEDED');
  });

  test('that delivers a job five times changes nothing', async () => {
    const run = await tenant.submitTest({ do: 'linger', seconds: 1 });
    const job = { organizationId: tenant.organizationId, runId: run.id, backend: 'torchao' };
    for (let copy = 0; copy < 5; copy += 1) await platform.bus.publishJob(`copy-${copy}-${run.id}`, job);
    await Promise.all([start(), start()]);
    expect((await ends(tenant, run.id)).state).toBe('SUCCEEDED');
    await platform.bus.publishJob(`late-${run.id}`, job);
    await expect.poll(() => platform.bus.countJobs('torchao'), { timeout: 20_000 }).toBe(0);
    expect((await historyOf(tenant, run.id)).attempts).toHaveLength(1);
  });
});

test('a message of a version to come is kept for a worker to come', async () => {
  const connection = await connect(parseBrokerAddress(platform.nats.url));
  const stream = jetstream(connection);
  await platform.bus.ensureStreams();
  await stream.publish('jobs.v1.inspect', Uint8Array.from([0x08, 2]));
  await start();
  await expect.poll(() => platform.bus.countJobs('inspect'), { timeout: 5_000 }).toBe(1);
  await sleep(2_000);
  expect(await platform.bus.countJobs('inspect')).toBe(1);
  await (await jetstreamManager(connection)).streams.purge('JOBS');
  await connection.close();
});

test('connections to the database, cut again and again, cost a run nothing', async () => {
  await start();
  const admin = new Client({ connectionString: platform.database.admin });
  await admin.connect();
  const run = await tenant.submitTest({ do: 'linger', seconds: 3 });
  for (let round = 0; round < 8; round += 1) {
    await admin.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await sleep(400);
  }
  await admin.end();
  expect((await ends(tenant, run.id)).state).toBe('SUCCEEDED');
  expect((await historyOf(tenant, run.id)).attempts).toHaveLength(1);
  await expectGapFreeProject(tenant);
});

describe('a plan', () => {
  const inputsOf = async (run: { modelVersionId: string | null }) => {
    const version = await tenant.within((tx) =>
      tx.modelVersion.findUniqueOrThrow({ where: { id: run.modelVersionId! }, include: { artifact: true } }),
    );
    const { key, name, bytes, sha256 } = version.artifact;
    return [{ role: 'model', key, name, bytes: Number(bytes), sha256, parts: [] }];
  };

  test('is asked of a worker, and its refusals are failures', async () => {
    const worker = await start();
    const run = await tenant.submitTest({ do: 'succeed' });
    await ends(tenant, run.id);
    const inputs = await inputsOf(run);
    const ask = (plan: string, files = inputs) =>
      planOverBus(platform, {
        organizationId: tenant.organizationId,
        backend: 'torchao',
        recipe: recipe('torchao', { plan }),
        inputs: files,
      });
    expect(await ask('make')).toMatchObject({ plan: { layers: [{ name: 'fc', verdict: 'quantized' }] } });
    expect(await ask('refuse')).toMatchObject({ failure: { code: 'RULE_MATCHES_NOTHING' } });
    const changed = inputs.map((input) => ({ ...input, sha256: '0'.repeat(64) }));
    expect(await ask('make', changed)).toMatchObject({ failure: { code: 'INTERNAL', message: /digest/ } });
    expect(await worker.scratch()).toEqual([]);
  });

  test('of a backend that nobody serves says so at once', async () => {
    const question = {
      organizationId: tenant.organizationId,
      backend: 'modelopt.onnx',
      recipe: recipe('modelopt.onnx'),
      inputs: [],
    };
    expect(await planOverBus(platform, question)).toMatchObject({
      failure: { code: 'WORKER_LOST', message: 'No worker that serves modelopt.onnx is running.' },
    });
  });
});

test('a worker that is there is known to the fleet', async () => {
  await start();
  const hellos: string[] = [];
  const stop = platform.bus.subscribe(notices.hello, ({ workerId }) => hellos.push(workerId));
  await expect
    .poll(() => platform.app.worker.findMany({ orderBy: { lastSeenAt: 'desc' } }), { timeout: 15_000 })
    .toEqual(
      expect.arrayContaining([
        expect.objectContaining({ backends: ['torchao', 'inspect'], version: expect.any(String) }),
      ]),
    );
  stop();
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClaimReply, type Draft, type Finish, type Grant, Verdict } from '#bus/messages.ts';
import { calls } from '#bus/subjects.ts';
import type { Dispatch } from '#gateway/dispatch/create-dispatch.ts';
import { requestCancel } from '#gateway/dispatch/request-cancel.ts';
import type { Run } from '#prisma/generated/client/client.ts';
import { expectGapFreeProject, historyOf, reaches } from './history.ts';
import { leaseSeconds, type Platform, startPlatform } from './platform.ts';
import { createTenant, type Tenant } from './tenant.ts';

// No worker runs here: the tests say over the bus what workers say, in every wrong order.
let platform: Platform;
let dispatch: Dispatch;
let tenant: Tenant;

beforeAll(async () => {
  platform = await startPlatform();
  dispatch = await platform.startDispatch();
  tenant = await createTenant(platform);
});

afterAll(async () => {
  await platform?.stop();
});

const patience = 5_000;

function claim(runId: string, workerId = 'w1', organizationId = tenant.organizationId): Promise<ClaimReply> {
  return platform.bus.request(calls.claim, { organizationId, runId, workerId }, patience);
}

async function granted(run: Run, workerId = 'w1'): Promise<Grant> {
  const reply = await claim(run.id, workerId);
  if (reply.answer !== 'grant') throw new Error(reply.refused);
  return reply.grant;
}

function report(run: Run, epoch: number, number: number): Promise<{ verdict: Verdict }> {
  const facts = [
    { fact: 'started', started: true },
    { fact: 'log', log: { level: 'info', line: `report ${number}` } },
  ] as const;
  const key = { organizationId: tenant.organizationId, runId: run.id, epoch };
  return platform.bus.request(calls.report, { ...key, number, facts }, patience);
}

async function finish(run: Run, epoch: number, word: FinishWord): Promise<Verdict> {
  const message: Draft<Finish> = { organizationId: tenant.organizationId, runId: run.id, epoch, ...word };
  return (await platform.bus.request(calls.finish, message, patience)).verdict;
}

type FinishWord =
  | {
      result: 'succeeded';
      succeeded: {
        outputs: { name: string; key: string; bytes: number; sha256: string }[];
        resultJson: string;
        resultKey: string;
      };
    }
  | { result: 'failureJson'; failureJson: string }
  | { result: 'released'; released: boolean };

async function success(grant: Grant): Promise<FinishWord> {
  const stored = await platform.store.put(`${grant.outputPrefix}/out.bin`, Readable.from(['bytes']));
  return {
    result: 'succeeded',
    succeeded: { outputs: [{ name: 'out.bin', ...stored }], resultJson: '{"evaluation":null}', resultKey: '' },
  };
}

describe('a claim', () => {
  test('is granted once; the same worker gets the same answer, another none', async () => {
    const run = await tenant.submitTest({});
    const answers = await Promise.all(['w1', 'w2', 'w3', 'w4'].map((worker) => claim(run.id, worker)));
    const grants = answers.filter((reply) => reply.answer === 'grant');
    expect(grants).toHaveLength(1);
    const holder = (await tenant.find(run.id)).workerId!;
    expect(await granted(run, holder)).toMatchObject({ epoch: 1, leaseSeconds });
    expect((await historyOf(tenant, run.id)).attempts).toHaveLength(1);
  });

  test('names inputs and prefix, and nothing of the tenant beside', async () => {
    const run = await tenant.submitTest({ do: 'succeed' });
    const grant = await granted(run);
    expect(grant).toMatchObject({
      kind: 'QUANTIZE',
      backend: 'torchao',
      batchSize: 0,
      inputs: [{ role: 'model', name: 'model.pth', bytes: 7 }],
    });
    expect(grant.outputPrefix).toBe(`${tenant.organizationId}/runs/${run.id}/1`);
    expect(JSON.parse(grant.recipeJson)).toMatchObject({ backend_kwargs: { do: 'succeed' } });
  });

  test("under another organization's id is answered like a run that does not exist", async () => {
    const run = await tenant.submitTest({});
    const other = await createTenant(platform);
    const wrong = await claim(run.id, 'w1', other.organizationId);
    expect(wrong).toEqual(await claim(randomUUID(), 'w1', other.organizationId));
    expect((await tenant.find(run.id)).state).toBe('QUEUED');
  });

  test('with ids that are none is refused', async () => {
    await expect(claim("1' or true", 'w1')).rejects.toThrow(/no id/);
  });
});

describe('a report', () => {
  test('is written once however often it comes', async () => {
    const run = await tenant.submitTest({});
    const { epoch } = await granted(run);
    for (const number of [1, 1, 2, 1, 2]) expect((await report(run, epoch, number)).verdict).toBe(Verdict.CONTINUE);
    const { events, states } = await historyOf(tenant, run.id);
    expect(events.filter(({ kind }) => kind === 'log')).toHaveLength(2);
    expect(states).toEqual(['QUEUED', 'CLAIMED', 'RUNNING']);
  });

  test('of a lost lease changes nothing, and neither does its end', async () => {
    const run = await tenant.submitTest({});
    const first = await granted(run, 'slow');
    await report(run, first.epoch, 1);
    await reaches(tenant, run.id, ['QUEUED'], 20);
    const second = await granted(run, 'quick');
    expect(second.epoch).toBe(first.epoch + 1);
    const before = await historyOf(tenant, run.id);
    expect((await report(run, first.epoch, 2)).verdict).toBe(Verdict.LOST);
    const key = { organizationId: tenant.organizationId, runId: run.id, epoch: first.epoch };
    expect((await platform.bus.request(calls.heartbeat, key, patience)).verdict).toBe(Verdict.LOST);
    expect(await finish(run, first.epoch, await success(first))).toBe(Verdict.LOST);
    expect(await historyOf(tenant, run.id)).toEqual(before);
    expect(before.attempts.map(({ state }) => state)).toEqual(['LOST', 'CLAIMED']);
  });
});

describe('the end of an attempt', () => {
  test('is written once; said again it is confirmed', async () => {
    const run = await tenant.submitTest({});
    const grant = await granted(run);
    await report(run, grant.epoch, 1);
    const word = await success(grant);
    const verdicts = await Promise.all([1, 2, 3, 4].map(() => finish(run, grant.epoch, word)));
    expect(verdicts).toEqual([1, 2, 3, 4].map(() => Verdict.CONTINUE));
    const { states } = await historyOf(tenant, run.id);
    expect(states.filter((state) => state === 'SUCCEEDED')).toHaveLength(1);
    expect(await tenant.within((tx) => tx.artifact.count({ where: { runId: run.id } }))).toBe(1);
    expect((await report(run, grant.epoch, 2)).verdict).toBe(Verdict.LOST);
  });

  test.each([
    ['a file of someone else', (grant: Grant) => ({ name: 'a', key: 'other/uploads/a', bytes: 1, sha256: 'x', grant })],
    [
      'a file that is not there',
      (grant: Grant) => ({ name: 'a', key: `${grant.outputPrefix}/a`, bytes: 1, sha256: 'x' }),
    ],
  ])('cannot name %s', async (_what, output) => {
    const run = await tenant.submitTest({}, { maxAttempts: 1 });
    const grant = await granted(run);
    await report(run, grant.epoch, 1);
    const succeeded = { outputs: [output(grant)], resultJson: '{}', resultKey: '' };
    expect(await finish(run, grant.epoch, { result: 'succeeded', succeeded })).toBe(Verdict.CONTINUE);
    expect((await historyOf(tenant, run.id)).run).toMatchObject({ state: 'FAILED', failure: { code: 'INTERNAL' } });
    expect(await tenant.within((tx) => tx.artifact.count({ where: { runId: run.id } }))).toBe(0);
  });

  test('in success stays, whatever the worker says after it', async () => {
    const run = await tenant.submitTest({});
    const grant = await granted(run);
    await report(run, grant.epoch, 1);
    await finish(run, grant.epoch, await success(grant));
    const failure = JSON.stringify({ code: 'INTERNAL', message: 'It did not work after all.' });
    expect(await finish(run, grant.epoch, { result: 'failureJson', failureJson: failure })).toBe(Verdict.CONTINUE);
    expect((await historyOf(tenant, run.id)).run).toMatchObject({ state: 'SUCCEEDED', failure: null });
    expect(await platform.store.stat(`${grant.outputPrefix}/out.bin`)).not.toBeNull();
  });

  test('in failure takes what was uploaded with it', async () => {
    const run = await tenant.submitTest({}, { maxAttempts: 1 });
    const grant = await granted(run);
    await success(grant);
    const failure = JSON.stringify({ code: 'CORRUPT_FILE', message: 'It ends too soon.' });
    await finish(run, grant.epoch, { result: 'failureJson', failureJson: failure });
    expect(await platform.store.stat(`${grant.outputPrefix}/out.bin`)).toBeNull();
  });

  test('by release costs no try', async () => {
    const run = await tenant.submitTest({}, { maxAttempts: 1 });
    for (const epoch of [1, 2, 3]) {
      expect((await granted(run, `w${epoch}`)).epoch).toBe(epoch);
      expect(await finish(run, epoch, { result: 'released', released: true })).toBe(Verdict.CONTINUE);
    }
    const { states, attempts } = await historyOf(tenant, run.id);
    expect(states.at(-1)).toBe('QUEUED');
    expect(attempts.map(({ state }) => state)).toEqual(['CANCELED', 'CANCELED', 'CANCELED']);
  });

  test('that is gibberish is a failure of ours', async () => {
    const run = await tenant.submitTest({}, { maxAttempts: 1 });
    const { epoch } = await granted(run);
    await finish(run, epoch, { result: 'failureJson', failureJson: '{"code":"HAHA","message":"x"}' });
    expect((await tenant.find(run.id)).failure).toMatchObject({ code: 'INTERNAL' });
  });
});

describe('a worker that falls silent', () => {
  test('loses its run, which fails when its tries are spent', async () => {
    const run = await tenant.submitTest({}, { maxAttempts: 2 });
    await granted(run, 'w1');
    await reaches(tenant, run.id, ['QUEUED'], 20);
    await granted(run, 'w2');
    await reaches(tenant, run.id, ['FAILED'], 20);
    const history = await historyOf(tenant, run.id);
    expect(history.run.failure).toMatchObject({ code: 'WORKER_LOST', message: expect.stringContaining('w2') });
    expect(history.attempts.map(({ state }) => state)).toEqual(['LOST', 'LOST']);
  });

  test('keeps it as long as it beats', async () => {
    const run = await tenant.submitTest({});
    const { epoch } = await granted(run);
    const key = { organizationId: tenant.organizationId, runId: run.id, epoch };
    const until = performance.now() + leaseSeconds * 2_500;
    while (performance.now() < until) {
      expect((await platform.bus.request(calls.heartbeat, key, patience)).verdict).toBe(Verdict.CONTINUE);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect((await tenant.find(run.id)).state).toBe('CLAIMED');
  });
});

describe('a cancellation', () => {
  const cancel = (run: Run) => tenant.within((tx) => requestCancel(tx, run));

  test('of a waiting run is done at once, and again is too late', async () => {
    const run = await tenant.submitTest({});
    expect(await cancel(run)).toBe('canceled');
    expect(await cancel(run)).toBe('over');
    expect((await claim(run.id)).answer).toBe('refused');
    expect((await historyOf(tenant, run.id)).states).toEqual(['QUEUED', 'CANCELED']);
  });

  test('of a held run is told to its worker', async () => {
    const run = await tenant.submitTest({});
    const { epoch } = await granted(run);
    expect(await cancel(run)).toBe('requested');
    expect((await report(run, epoch, 1)).verdict).toBe(Verdict.CANCEL);
    expect(await finish(run, epoch, { result: 'released', released: true })).toBe(Verdict.CONTINUE);
    expect((await historyOf(tenant, run.id)).states.at(-1)).toBe('CANCELED');
  });

  test('of a held run whose worker is gone comes with the loss of its lease', async () => {
    const run = await tenant.submitTest({});
    await granted(run);
    await cancel(run);
    await reaches(tenant, run.id, ['CANCELED'], 20);
  });

  test('racing with success ends in one of the two', async () => {
    for (let round = 0; round < 8; round += 1) {
      const run = await tenant.submitTest({});
      const grant = await granted(run);
      await report(run, grant.epoch, 1);
      const word = await success(grant);
      await Promise.all([cancel(run), finish(run, grant.epoch, word)]);
      expect((await historyOf(tenant, run.id)).run.state).toBe('SUCCEEDED');
    }
  });

  test('of a run elsewhere finds none', async () => {
    const run = await tenant.submitTest({});
    const other = await createTenant(platform);
    const answer = await other.within((tx) => requestCancel(tx, { ...run, organizationId: other.organizationId }));
    expect(answer).toBe('missing');
    expect((await tenant.find(run.id)).cancelRequestedAt).toBeNull();
  });
});

test('many writers at once leave no gap in the numbers of a project', async () => {
  const runs = await Promise.all(Array.from({ length: 12 }, () => tenant.submitTest({})));
  await Promise.all(
    runs.map(async (run) => {
      const grant = await granted(run);
      for (const number of [1, 2, 3]) await report(run, grant.epoch, number);
      await finish(run, grant.epoch, await success(grant));
    }),
  );
  for (const run of runs) expect((await historyOf(tenant, run.id)).run.state).toBe('SUCCEEDED');
  await expectGapFreeProject(tenant);
});

test('a dispatch that stops answers nobody', async () => {
  await dispatch.stop();
  await expect(claim(randomUUID())).rejects.toThrow(/nobody answers/);
});

import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { connectBus } from '#bus/connect-bus.ts';
import { notices } from '#bus/subjects.ts';
import { engineVersion } from '#execution/engine-version.ts';
import { openStore } from '#storage/open-store.ts';
import type { WorkerEnv } from './env.ts';
import { servePlans } from './serve-plans.ts';
import { inspectBackend, type Service } from './service.ts';
import { createSlots } from './slots.ts';
import { takeJob, type Worker } from './take-job.ts';
import { openScratch } from './workspace.ts';

export type Host = {
  stopping(): boolean;
  /** Takes nothing new, lets short work end, gives the rest back. */
  stop(): Promise<void>;
};

const helloEvery = 5_000;
/** What is not done this long after the order to stop is given back. */
const patience = 8_000;
const lastWords = 4_000;

/** The process that claims and guards runs. It reads no file of a user; its attempts do. */
export async function startHost(service: Service, env: WorkerEnv): Promise<Host> {
  const log = pino({ name: 'worker' });
  const onError = (error: unknown) => log.error(error);
  const id = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const stopping = new AbortController();
  const bus = await connectBus({ url: env.natsUrl, name: id, onError });
  const worker: Worker = {
    id,
    bus,
    store: openStore(env.storeUrl),
    scratch: await openScratch(env.scratch),
    limits: env.limits,
    leases: new Map(),
    stopping: stopping.signal,
    onError,
  };

  // An inspection takes seconds and someone waits for it, so it does not queue behind quantizations.
  const lanes = [
    { slots: createSlots(env.slots), backends: service.backends.map((backend) => backend.id as string) },
    { slots: createSlots(1), backends: service.inspect ? [inspectBackend] : [] },
  ];
  const consumptions = lanes.flatMap(({ slots, backends }) =>
    backends.map((backend) =>
      bus.consumeJobs({ backend, ready: () => slots.free(backend), handle: (job) => takeJob(worker, slots, job) }),
    ),
  );
  const stopPlans = servePlans(
    worker,
    service.backends.map((backend) => backend.id),
  );
  bus.subscribe(notices.nudge, ({ runId }) => worker.leases.get(runId)?.look());

  const startedAtMs = Date.now();
  const hello = {
    workerId: id,
    host: hostname(),
    backends: lanes.flatMap((lane) => lane.backends),
    engineVersion,
    startedAtMs,
  };
  const greet = () => bus.publish(notices.hello, hello);
  greet();
  const greeting = setInterval(greet, helloEvery);
  log.info({ id, backends: hello.backends }, 'worker is ready');

  async function stop(): Promise<void> {
    stopping.abort();
    clearInterval(greeting);
    stopPlans();
    await Promise.all(consumptions.map((consumption) => consumption.stop()));
    await emptied(worker.leases, patience);
    for (const lease of worker.leases.values()) lease?.release();
    await emptied(worker.leases, lastWords);
    await bus.close();
    log.info({ id }, 'worker has stopped');
  }

  return { stopping: () => stopping.signal.aborted, stop };
}

async function emptied(leases: Worker['leases'], withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  while (leases.size > 0 && performance.now() < until) await sleep(50);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type JetStreamClient, type JetStreamManager, type JsMsg, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { codecs, type Draft, type Job } from './messages.ts';
import { pack, unpack } from './payload.ts';
import { ackWait, ensureConsumer, ensureStream } from './streams.ts';
import { jobConsumer, jobStream, jobSubject } from './subjects.ts';
import { NewerMessageError } from './wire.ts';

export type JobQueue = {
  ensureStreams(): Promise<void>;
  /** Resolves when the broker has it on disk. The same `messageId` within two minutes is published once. */
  publishJob(messageId: string, job: Draft<Job>): Promise<void>;
  /** Delivers jobs of one backend, one at a time, until stopped; outlives the broker and the loss of its store. */
  consumeJobs(options: JobConsumer): JobConsumption;
  /** Jobs of a backend that wait in the broker or are with a worker unacknowledged. */
  countJobs(backend: string): Promise<number>;
};

type JobConsumer = {
  readonly backend: string;
  /** Awaited before the broker is asked for a job. */
  ready(): Promise<void>;
  /** Decides about the delivery. While it runs the broker is kept from delivering the job to others. */
  handle(job: Job): Promise<Disposal>;
};

/** done: never deliver again. later: deliver again after so many milliseconds, to anyone. */
export type Disposal = 'done' | { readonly laterMs: number };

type JobConsumption = { stop(): Promise<void> };

/** A newer gateway's job waits this long for a newer worker. */
const newerJobDelay = 5_000;
const pullFor = 5_000;
const pauseAfterError = 500;

export function createJobQueue(connection: NatsConnection, manager: JetStreamManager): JobQueue {
  const client = jetstream(connection);

  async function publishJob(messageId: string, job: Draft<Job>): Promise<void> {
    const { data, headers } = pack(codecs.job.encode(job));
    const publish = () =>
      client.publish(jobSubject(job.backend), data, { msgID: messageId, timeout: 5_000, ...(headers && { headers }) });
    try {
      await publish();
    } catch {
      // The usual reason is a broker that came back without its store.
      await ensureStream(manager);
      await publish();
    }
  }

  return {
    ensureStreams: () => ensureStream(manager),
    publishJob,
    consumeJobs: (options) => consume(client, manager, options),
    async countJobs(backend) {
      try {
        const info = await manager.consumers.info(jobStream, jobConsumer(backend));
        return info.num_pending + info.num_ack_pending;
      } catch {
        await ensureConsumer(manager, backend);
        const info = await manager.consumers.info(jobStream, jobConsumer(backend));
        return info.num_pending + info.num_ack_pending;
      }
    },
  };
}

function consume(client: JetStreamClient, manager: JetStreamManager, options: JobConsumer): JobConsumption {
  const stopping = new AbortController();

  async function pull(): Promise<void> {
    await ensureConsumer(manager, options.backend);
    const consumer = await client.consumers.get(jobStream, jobConsumer(options.backend));
    while (!stopping.signal.aborted) {
      await options.ready();
      if (stopping.signal.aborted) return;
      const message = await consumer.next({ expires: pullFor });
      if (!message) continue;
      if (stopping.signal.aborted) return message.nak();
      void deliver(message, options);
      // `handle` takes its slot in the same turn, so that `ready` waits from here on.
    }
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await pull();
      } catch {
        await sleep(pauseAfterError, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  void loop();
  return {
    async stop() {
      stopping.abort();
    },
  };
}

async function deliver(message: JsMsg, options: JobConsumer): Promise<void> {
  const keepAlive = setInterval(() => attempt(() => message.working()), ackWait / 3);
  try {
    const job = read(message);
    if (job === 'newer') attempt(() => message.nak(newerJobDelay));
    // Not a job at all: delivering it again would not make it one.
    else if (job === 'unreadable') attempt(() => message.term());
    else await settle(message, options.handle(job));
  } finally {
    clearInterval(keepAlive);
  }
}

async function settle(message: JsMsg, handled: Promise<Disposal>): Promise<void> {
  const disposal = await handled.catch((): Disposal => ({ laterMs: 5_000 }));
  attempt(() => (disposal === 'done' ? message.ack() : message.nak(disposal.laterMs)));
}

/** On a connection that was closed meanwhile; the broker delivers the job again after `ackWait`. */
function attempt(say: () => void): void {
  try {
    say();
  } catch {
    // Nobody is there to hear it.
  }
}

function read(message: JsMsg): Job | 'newer' | 'unreadable' {
  try {
    return codecs.job.decode(unpack(message));
  } catch (error) {
    return error instanceof NewerMessageError ? 'newer' : 'unreadable';
  }
}

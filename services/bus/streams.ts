import { AckPolicy, type JetStreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { jobConsumer, jobStream, jobSubject, jobSubjects } from './subjects.ts';

/** Milliseconds until a delivered job that nobody acknowledged is delivered again. */
export const ackWait = 30_000;

/** Makes the work queue if it is missing: at the start, and again when the broker lost its store. */
export async function ensureStream(manager: JetStreamManager): Promise<void> {
  await manager.streams.add({
    name: jobStream,
    subjects: [jobSubjects],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    duplicate_window: nanos(120_000),
  });
}

/**
 * One durable pull consumer a backend. No limit on deliveries: past one, nats-server keeps the message where
 * nobody sees it. How often a run is tried is counted in its row.
 */
export async function ensureConsumer(manager: JetStreamManager, backend: string): Promise<void> {
  await ensureStream(manager);
  await manager.consumers.add(jobStream, {
    durable_name: jobConsumer(backend),
    filter_subject: jobSubject(backend),
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWait),
    max_deliver: -1,
  });
}

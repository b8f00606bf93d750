import { codecs, type PlanReply, type PlanRequest } from './messages.ts';
import type { Codec } from './wire.ts';

/** A question that one member of `group` answers. */
export type Call<Request, Reply> = {
  readonly subject: string;
  readonly group: string;
  readonly request: Codec<Request>;
  readonly reply: Codec<Reply>;
};

/** A message to whoever listens; nobody answers. */
export type Notice<Message> = { readonly subject: string; readonly message: Codec<Message> };

export const jobStream = 'JOBS';
export const jobSubjects = 'jobs.v1.*';
export const jobSubject = (backend: string) => `jobs.v1.${subjectToken(backend)}`;
export const jobConsumer = (backend: string) => `worker-${subjectToken(backend)}`;

export const calls = {
  claim: { subject: 'runs.v1.claim', group: 'gateway', request: codecs.claimRequest, reply: codecs.claimReply },
  heartbeat: {
    subject: 'runs.v1.heartbeat',
    group: 'gateway',
    request: codecs.heartbeat,
    reply: codecs.heartbeatReply,
  },
  report: { subject: 'runs.v1.report', group: 'gateway', request: codecs.report, reply: codecs.reportReply },
  finish: { subject: 'runs.v1.finish', group: 'gateway', request: codecs.finish, reply: codecs.finishReply },
};

export function planCall(backend: string): Call<PlanRequest, PlanReply> {
  return {
    subject: `plans.v1.${subjectToken(backend)}`,
    group: 'workers',
    request: codecs.planRequest,
    reply: codecs.planReply,
  };
}

export const notices = {
  hello: { subject: 'fleet.v1.hello', message: codecs.hello },
  nudge: { subject: 'runs.v1.nudge', message: codecs.nudge },
};

/** NATS splits subjects at dots, so `modelopt.onnx` travels as `modelopt-onnx`; anything else odd is refused. */
export function subjectToken(backend: string): string {
  const token = backend.replaceAll('.', '-');
  if (!/^[a-z0-9-]+$/.test(token)) throw new Error(`${JSON.stringify(backend)} cannot be part of a subject`);
  return token;
}

import { zeropoint } from './generated/messages.js';
import { codec, type Draft, type Wire } from './wire.ts';

const { v1 } = zeropoint;

export const Verdict = v1.Verdict;
export type Verdict = zeropoint.v1.Verdict;

export type Job = Wire<zeropoint.v1.Job.$Shape>;
export type ClaimRequest = Wire<zeropoint.v1.ClaimRequest.$Shape>;
export type ClaimReply = Wire<zeropoint.v1.ClaimReply.$Shape>;
export type Grant = Wire<zeropoint.v1.Grant.$Shape>;
export type Input = Wire<zeropoint.v1.Input.$Shape>;
export type Heartbeat = Wire<zeropoint.v1.Heartbeat.$Shape>;
export type Report = Wire<zeropoint.v1.Report.$Shape>;
export type Fact = Wire<zeropoint.v1.Fact.$Shape>;
export type Finish = Wire<zeropoint.v1.Finish.$Shape>;
export type Output = Wire<zeropoint.v1.Output.$Shape>;
export type PlanRequest = Wire<zeropoint.v1.PlanRequest.$Shape>;
export type PlanReply = Wire<zeropoint.v1.PlanReply.$Shape>;
export type Hello = Wire<zeropoint.v1.Hello.$Shape>;
export type { Draft };

/** Every message that travels on its own, and how it is written and read. */
export const codecs = {
  job: codec<zeropoint.v1.Job.$Shape>(v1.Job),
  claimRequest: codec<zeropoint.v1.ClaimRequest.$Shape>(v1.ClaimRequest),
  claimReply: codec<zeropoint.v1.ClaimReply.$Shape>(v1.ClaimReply, 'answer'),
  heartbeat: codec<zeropoint.v1.Heartbeat.$Shape>(v1.Heartbeat),
  heartbeatReply: codec<zeropoint.v1.HeartbeatReply.$Shape>(v1.HeartbeatReply),
  report: codec<zeropoint.v1.Report.$Shape>(v1.Report),
  reportReply: codec<zeropoint.v1.ReportReply.$Shape>(v1.ReportReply),
  finish: codec<zeropoint.v1.Finish.$Shape>(v1.Finish, 'result'),
  finishReply: codec<zeropoint.v1.FinishReply.$Shape>(v1.FinishReply),
  planRequest: codec<zeropoint.v1.PlanRequest.$Shape>(v1.PlanRequest),
  planReply: codec<zeropoint.v1.PlanReply.$Shape>(v1.PlanReply, 'answer'),
  hello: codec<zeropoint.v1.Hello.$Shape>(v1.Hello),
  nudge: codec<zeropoint.v1.Nudge.$Shape>(v1.Nudge),
};

import type { Logger } from 'pino';
import type { Plan } from '#contract/plan.ts';
import type { PrismaClient } from '#prisma/generated/client/client.ts';
import type { ArtifactStore } from '#storage/store.ts';
import type { Auth } from './auth/auth.ts';
import type { PlanQuestion } from './dispatch/plan-over-bus.ts';
import type { EventHub } from './events/hub.ts';
import type { DownloadSigner } from './files/download-signer.ts';

/** The parts that all operations of this process share. */
export type Platform = {
  readonly log: Logger;
  /** Role zeropoint_app. */
  readonly app: PrismaClient;
  /** Role zeropoint_auth. */
  readonly auth: PrismaClient;
  readonly betterAuth: Auth;
  readonly store: ArtifactStore;
  /** A worker's plan; rejects with the InputError that the run would fail with. */
  readonly plan: (question: PlanQuestion) => Promise<Plan>;
  readonly events: EventHub;
  readonly downloads: DownloadSigner;
  readonly demo: boolean;
  /** How long a worker is believed after each word of it. */
  readonly leaseSeconds: number;
};

import type { Logger } from 'pino';
import type { Plan } from '#contract/plan.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import type { PrismaClient } from '#prisma/generated/client/client.ts';
import type { ArtifactStore } from '#storage/store.ts';
import type { Auth } from './auth/auth.ts';
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
  readonly plan: (request: PlanRequest) => Promise<Plan>;
  readonly events: EventHub;
  readonly downloads: DownloadSigner;
  readonly demo: boolean;
};

type PlanRequest = {
  readonly backend: string;
  readonly recipe: Recipe;
  readonly inputs: readonly PlanInput[];
};

export type PlanInput = {
  readonly role: 'model' | 'graph' | 'calibration' | 'evaluation';
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
};

import type { Prisma } from '#prisma/generated/client/client.ts';
import type { TenantTransaction } from '../tenancy/transaction.ts';

export type PromotionScope = { readonly tx: TenantTransaction; readonly organizationId: string };

/** The columns that decide what follows a run; all are small. */
export const promotableColumns = {
  id: true,
  projectId: true,
  state: true,
  recipe: true,
  modelVersionId: true,
  calibrationVersionId: true,
  evaluationVersionId: true,
} as const;

export type PromotableRun = Prisma.RunGetPayload<{ select: typeof promotableColumns }>;

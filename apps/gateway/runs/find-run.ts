import type { Prisma } from '#prisma/generated/client/client.ts';
import type { Change } from '../audit/change.ts';
import { NotFoundError } from '../errors.ts';
import { parseGlobalId } from '../schema/global-id.ts';

/** What no mutation looks at, and may have tens of megabytes. */
export const largeColumns = { plan: true, outcome: true } as const;

export type SmallRun = Prisma.RunGetPayload<{ omit: typeof largeColumns }>;

/** The quantization run that an argument names by its global id, in the tenant of the change. */
export async function findRun({ tx, organizationId }: Change, globalId: string): Promise<SmallRun> {
  const id = parseGlobalId('Run', globalId);
  const run = await tx.run.findUnique({
    where: { organizationId_id: { organizationId, id }, kind: 'QUANTIZE' },
    omit: largeColumns,
  });
  if (!run) throw new NotFoundError('run');
  return run;
}

import type { Run } from '#prisma/generated/client/client.ts';
import type { Change } from '../audit/change.ts';
import { NotFoundError } from '../errors.ts';
import { parseGlobalId } from '../schema/global-id.ts';

/** The quantization run that an argument names by its global id, in the tenant of the change. */
export async function findRun({ tx, organizationId }: Change, globalId: string): Promise<Run> {
  const id = parseGlobalId('Run', globalId);
  const run = await tx.run.findUnique({ where: { organizationId_id: { organizationId, id }, kind: 'QUANTIZE' } });
  if (!run) throw new NotFoundError('run');
  return run;
}

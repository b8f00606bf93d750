import type { Change } from '../audit/change.ts';
import { enqueueRun } from '../dispatch/enqueue-run.ts';

/** What is to be read: exactly one of the two versions. */
export type InspectionTarget = {
  readonly projectId: string;
  readonly name: string;
  readonly modelVersionId?: string;
  readonly datasetVersionId?: string;
};

/** The gateway never parses a file of a user: reading it is a job like any other. */
export async function queueInspection({ tx, organizationId, userId }: Change, target: InspectionTarget): Promise<void> {
  const run = await tx.run.create({
    data: { ...target, organizationId, kind: 'INSPECT', backend: 'inspect', recipe: {}, createdById: userId },
  });
  await enqueueRun(tx, run);
}

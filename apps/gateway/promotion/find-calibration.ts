import type { Prisma } from '#prisma/generated/client/client.ts';
import type { PromotableRun, PromotionScope } from './promotable-run.ts';

/** The run's own calibration set; else the one last used with its model, else the one last used in its project. */
export async function findCalibration(
  { tx, organizationId }: PromotionScope,
  run: PromotableRun,
): Promise<string | null> {
  if (run.calibrationVersionId) return run.calibrationVersionId;
  const version = await tx.modelVersion.findUnique({
    where: { organizationId_id: { organizationId, id: run.modelVersionId ?? '' } },
    select: { modelId: true },
  });
  const lastUsed = (where: Prisma.RunWhereInput) =>
    tx.run.findFirst({
      where: {
        ...where,
        organizationId,
        projectId: run.projectId,
        kind: 'QUANTIZE',
        calibrationVersion: { is: { inspectionState: { not: 'FAILED' } } },
      },
      orderBy: { queuedAt: 'desc' },
      select: { calibrationVersionId: true },
    });
  const last =
    (version && (await lastUsed({ modelVersion: { is: { modelId: version.modelId } } }))) ?? (await lastUsed({}));
  return last?.calibrationVersionId ?? null;
}

import type { GraphOwner } from './find-with-graph.ts';
import type { PromotionScope } from './promotable-run.ts';

/** The newest model version of the project that is this graph and nothing else; null: there is none yet. */
export async function findOnnxVersion(
  { tx, organizationId }: PromotionScope,
  { projectId, sha256 }: GraphOwner,
): Promise<string | null> {
  const version = await tx.modelVersion.findFirst({
    where: {
      organizationId,
      model: { is: { projectId } },
      artifact: { is: { sha256 } },
      graphArtifactId: null,
      parts: { none: {} },
      inspectionState: { not: 'FAILED' },
    },
    orderBy: { createdAt: 'desc' },
    select: { id: true },
  });
  return version?.id ?? null;
}

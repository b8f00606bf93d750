import type { PromotionScope } from './promotable-run.ts';

/** A model version with a companion graph. */
export type GraphOwner = {
  readonly versionId: string;
  readonly projectId: string;
  readonly modelName: string;
  readonly artifactId: string;
  readonly sha256: string;
};

const columns = {
  id: true,
  modelId: true,
  artifact: { select: { sha256: true } },
  graphArtifact: { select: { id: true, sha256: true } },
  model: { select: { name: true, projectId: true } },
} as const;

/** This version if it has a companion graph, else the newest of the same model that has one beside the same checkpoint. */
export async function findWithGraph({ tx, organizationId }: PromotionScope, id: string): Promise<GraphOwner | null> {
  const own = await tx.modelVersion.findUnique({
    where: { organizationId_id: { organizationId, id } },
    select: columns,
  });
  if (!own) return null;
  const version = own.graphArtifact
    ? own
    : await tx.modelVersion.findFirst({
        where: {
          organizationId,
          modelId: own.modelId,
          graphArtifactId: { not: null },
          artifact: { is: { sha256: own.artifact.sha256 } },
        },
        orderBy: { number: 'desc' },
        select: columns,
      });
  if (!version?.graphArtifact) return null;
  const { graphArtifact, model } = version;
  return {
    versionId: version.id,
    projectId: model.projectId,
    modelName: model.name,
    artifactId: graphArtifact.id,
    sha256: graphArtifact.sha256,
  };
}

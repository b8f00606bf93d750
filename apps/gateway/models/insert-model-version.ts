import type { Model, ModelVersion } from '#prisma/generated/client/client.ts';
import type { Change } from '../audit/change.ts';
import { queueInspection } from '../inspection/queue-inspection.ts';
import { takeUpload } from '../uploads/take-upload.ts';
import { takeParts } from './take-parts.ts';

export type NewModelVersion = {
  readonly model: Model;
  readonly uploadId: string;
  readonly parts?: readonly string[] | null | undefined;
  readonly graphUploadId?: string | null | undefined;
};

/** The next version of a model from its uploads, and the inspection that reads it. */
export async function insertModelVersion(
  acting: Change,
  { model, uploadId, parts: partIds, graphUploadId }: NewModelVersion,
): Promise<ModelVersion> {
  const { projectId } = model;
  const file = await takeUpload(acting, { uploadId, projectId, path: ['input', 'uploadId'] });
  const parts = await takeParts(acting, { projectId, uploadIds: partIds ?? [], file });
  const graph = graphUploadId
    ? await takeUpload(acting, { uploadId: graphUploadId, projectId, path: ['input', 'graphUploadId'] })
    : null;
  return insertVersionOfFiles(acting, {
    model,
    artifactId: file.artifactId,
    graphArtifactId: graph?.artifactId ?? null,
    parts,
  });
}

export type VersionFiles = {
  readonly model: Model;
  readonly artifactId: string;
  readonly graphArtifactId: string | null;
  readonly parts: readonly { readonly name: string; readonly artifactId: string }[];
};

/** The next version of a model from files that are stored already, and the inspection that reads it. */
export async function insertVersionOfFiles(
  acting: Change,
  { model, artifactId, graphArtifactId, parts }: VersionFiles,
): Promise<ModelVersion> {
  const { tx, organizationId, userId } = acting;
  // Two versions at once wait here for each other, so that each has its own number.
  await tx.$queryRaw`select 1 from app.models where organization_id = ${organizationId}::uuid and id = ${model.id}::uuid for update`;
  const last = await tx.modelVersion.aggregate({
    where: { organizationId, modelId: model.id },
    _max: { number: true },
  });
  const version = await tx.modelVersion.create({
    data: {
      organizationId,
      modelId: model.id,
      number: (last._max.number ?? 0) + 1,
      artifactId,
      graphArtifactId,
      createdById: userId,
    },
  });
  const key = { organizationId, modelVersionId: version.id };
  await tx.modelVersionPart.createMany({ data: parts.map((part) => ({ ...key, ...part })) });
  await queueInspection(acting, {
    projectId: model.projectId,
    name: `Inspect ${model.name} ${version.number}`,
    modelVersionId: version.id,
  });
  return version;
}

import type { Change } from '../audit/change.ts';
import type { Action } from '../auth/permissions.ts';
import { insertVersionOfFiles } from '../models/insert-model-version.ts';
import { lockName } from '../tenancy/lock-name.ts';
import { findOnnxVersion } from './find-onnx-version.ts';
import type { GraphOwner } from './find-with-graph.ts';
import { onnxModelName } from './onnx-model-name.ts';

/** Which a promotion does by the way. */
const action = 'model.create' satisfies Action;

/**
 * A companion graph as a model version of its own: one that is there already, else a new one of the same stored file.
 * It belongs to a model beside the checkpoint's, whose newest version stays a checkpoint.
 */
export async function takeOnnxVersion(acting: Change, graph: GraphOwner): Promise<string> {
  const { tx, organizationId, userId } = acting;
  await lockName(tx, `graphs/${organizationId}/${graph.projectId}/${graph.sha256}`);
  const existing = await findOnnxVersion(acting, graph);
  if (existing) return existing;
  const { projectId } = graph;
  const name = onnxModelName(graph.modelName);
  const model = await tx.model.upsert({
    where: { organizationId_projectId_name: { organizationId, projectId, name } },
    create: { organizationId, projectId, name, createdById: userId },
    update: {},
  });
  const version = await insertVersionOfFiles(acting, {
    model,
    artifactId: graph.artifactId,
    graphArtifactId: null,
    parts: [],
  });
  const data = { graphOf: graph.versionId };
  await tx.auditEntry.create({ data: { organizationId, actorId: userId, action, target: version.id, data } });
  return version.id;
}

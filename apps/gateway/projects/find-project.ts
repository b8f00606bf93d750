import type { Project } from '#prisma/generated/client/client.ts';
import type { Change } from '../audit/change.ts';
import { NotFoundError } from '../errors.ts';
import { parseGlobalId } from '../schema/global-id.ts';

/** The project that an input names by its global id, in the tenant of the change. */
export async function findProject({ tx, organizationId }: Change, globalId: string): Promise<Project> {
  const id = parseGlobalId('Project', globalId);
  const project = await tx.project.findUnique({ where: { organizationId_id: { organizationId, id } } });
  if (!project) throw new NotFoundError('project');
  return project;
}

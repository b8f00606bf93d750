import type { Input } from '#bus/messages.ts';
import type { Prisma } from '#prisma/generated/client/client.ts';
import { toInput, withParts } from '../dispatch/to-input.ts';
import { NotFoundError } from '../errors.ts';
import { parseGlobalId } from '../schema/global-id.ts';
import type { TenantTransaction } from '../tenancy/transaction.ts';

export type RunInputIds = {
  readonly modelVersionId: string;
  readonly calibrationVersionId?: string | null | undefined;
  readonly evaluationVersionId?: string | null | undefined;
};

/** The rows that the inputs of a run name. */
export type RunInputs = {
  readonly modelVersion: ModelVersionWithFiles;
  readonly calibration: DatasetVersionWithFile | null;
  readonly evaluation: DatasetVersionWithFile | null;
};

const modelFiles = {
  artifact: true,
  graphArtifact: true,
  parts: { include: { artifact: true } },
  model: true,
} as const;
const datasetFiles = { artifact: true, dataset: true } as const;

/** What an inspection found may have tens of megabytes; its head is enough here. */
const omit = { inspection: true } as const;

type ModelVersionWithFiles = Prisma.ModelVersionGetPayload<{ include: typeof modelFiles; omit: typeof omit }>;
type DatasetVersionWithFile = Prisma.DatasetVersionGetPayload<{
  include: typeof datasetFiles;
  omit: typeof omit;
}>;

export type Scope = { readonly tx: TenantTransaction; readonly organizationId: string; readonly projectId?: string };

/** Looks up a run's inputs by their global ids; all of them are of one project. */
export function findRunInputs(scope: Scope, ids: RunInputIds): Promise<RunInputs> {
  const ofDataset = (id: string | null | undefined) => (id ? parseGlobalId('DatasetVersion', id) : null);
  return loadRunInputs(scope, {
    modelVersionId: parseGlobalId('ModelVersion', ids.modelVersionId),
    calibrationVersionId: ofDataset(ids.calibrationVersionId),
    evaluationVersionId: ofDataset(ids.evaluationVersionId),
  });
}

/** The same by the ids of their rows. */
export async function loadRunInputs(scope: Scope, ids: RunInputIds): Promise<RunInputs> {
  const { tx, organizationId } = scope;
  const modelVersion = await tx.modelVersion.findUnique({
    where: { organizationId_id: { organizationId, id: ids.modelVersionId } },
    include: modelFiles,
    omit,
  });
  const projectId = scope.projectId ?? modelVersion?.model.projectId;
  if (!modelVersion || !projectId || modelVersion.model.projectId !== projectId)
    throw new NotFoundError('model version');
  const ofProject = { tx, organizationId, projectId };
  return {
    modelVersion,
    calibration: await loadDataset(ofProject, ids.calibrationVersionId),
    evaluation: await loadDataset(ofProject, ids.evaluationVersionId),
  };
}

/** A dataset version of the project by the id of its row; null for none. */
export async function loadDataset(
  { tx, organizationId, projectId }: Required<Scope>,
  id: string | null | undefined,
): Promise<DatasetVersionWithFile | null> {
  if (id === null || id === undefined) return null;
  const version = await tx.datasetVersion.findUnique({
    where: { organizationId_id: { organizationId, id } },
    include: datasetFiles,
    omit,
  });
  if (!version || version.dataset.projectId !== projectId) throw new NotFoundError('dataset version');
  return version;
}

/** The files of a run's inputs as a worker is told of them. */
export function toPlanInputs({ modelVersion, calibration, evaluation }: RunInputs): readonly Input[] {
  const beside = [
    { role: 'graph', artifact: modelVersion.graphArtifact },
    { role: 'calibration', artifact: calibration?.artifact },
    { role: 'evaluation', artifact: evaluation?.artifact },
  ];
  return [
    withParts(toInput('model', modelVersion.artifact), modelVersion.parts),
    ...beside.flatMap(({ role, artifact }) => (artifact ? [toInput(role, artifact)] : [])),
  ];
}

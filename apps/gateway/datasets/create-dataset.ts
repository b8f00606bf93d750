import type { Dataset } from '#prisma/generated/client/client.ts';
import { change } from '../audit/change.ts';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '../errors.ts';
import { queueInspection } from '../inspection/queue-inspection.ts';
import { findProject } from '../projects/find-project.ts';
import { builder } from '../schema/builder.ts';
import { readName } from '../schema/text.ts';
import { takeUpload } from '../uploads/take-upload.ts';
import { DatasetType } from './dataset.ts';

const Input = builder.inputType('CreateDatasetInput', {
  fields: (t) => ({
    projectId: t.id({ required: true }),
    name: t.string({ required: true }),
    uploadId: t.id({ required: true }),
  }),
});

const Payload = builder.objectRef<{ dataset: Dataset }>('CreateDatasetPayload').implement({
  fields: (t) => ({ dataset: t.expose('dataset', { type: DatasetType }) }),
});

builder.mutationField('createDataset', (t) =>
  t.field({
    type: Payload,
    args: { input: t.arg({ type: Input, required: true }) },
    errors: {
      types: [InvalidInputError, ConflictError, ForbiddenError, NotFoundError],
      union: { name: 'CreateDatasetResult' },
    },
    resolve: (_, { input }, context) =>
      change(context, 'dataset.create', async (acting) => {
        const { tx, organizationId, userId, audit } = acting;
        const project = await findProject(acting, input.projectId);
        const name = readName(['input', 'name'], input.name);
        const { artifactId } = await takeUpload(acting, {
          uploadId: input.uploadId,
          projectId: project.id,
          path: ['input', 'uploadId'],
        });
        const [dataset] = await tx.dataset.createManyAndReturn({
          data: [{ organizationId, projectId: project.id, name, createdById: userId }],
          skipDuplicates: true,
        });
        if (!dataset) {
          throw new ConflictError(`There is a dataset named ${name} in this project already.`, 'Choose another name.');
        }
        const version = await tx.datasetVersion.create({
          data: { organizationId, datasetId: dataset.id, number: 1, artifactId, createdById: userId },
        });
        await queueInspection(acting, {
          projectId: project.id,
          name: `Inspect ${name} 1`,
          datasetVersionId: version.id,
        });
        await audit(dataset.id, { name });
        return { dataset };
      }),
  }),
);

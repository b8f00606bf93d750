import type { Model, ModelVersion } from '#prisma/generated/client/client.ts';
import { change } from '../audit/change.ts';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '../errors.ts';
import { findProject } from '../projects/find-project.ts';
import { builder } from '../schema/builder.ts';
import { parseGlobalId } from '../schema/global-id.ts';
import { readName } from '../schema/text.ts';
import { insertModelVersion } from './insert-model-version.ts';
import { ModelType } from './model.ts';
import { ModelVersionType } from './model-version.ts';

const CreateInput = builder.inputType('CreateModelInput', {
  description:
    'Uploads are named by the id that tus gave them (the last segment of the upload’s URL). `parts` are the files that `uploadId`’s refers to by their names: the shards of an index or the data files of an .onnx, 1,000 at most.',
  fields: (t) => ({
    projectId: t.id({ required: true }),
    name: t.string({ required: true }),
    uploadId: t.id({ required: true }),
    parts: t.idList(),
    graphUploadId: t.id(),
  }),
});

const AddInput = builder.inputType('AddModelVersionInput', {
  fields: (t) => ({
    modelId: t.id({ required: true }),
    uploadId: t.id({ required: true }),
    parts: t.idList(),
    graphUploadId: t.id(),
  }),
});

const CreatePayload = builder.objectRef<{ model: Model }>('CreateModelPayload').implement({
  fields: (t) => ({ model: t.expose('model', { type: ModelType }) }),
});

const AddPayload = builder.objectRef<{ modelVersion: ModelVersion }>('AddModelVersionPayload').implement({
  fields: (t) => ({ modelVersion: t.expose('modelVersion', { type: ModelVersionType }) }),
});

builder.mutationField('createModel', (t) =>
  t.field({
    type: CreatePayload,
    args: { input: t.arg({ type: CreateInput, required: true }) },
    errors: {
      types: [InvalidInputError, ConflictError, ForbiddenError, NotFoundError],
      union: { name: 'CreateModelResult' },
    },
    resolve: (_, { input }, context) =>
      change(context, 'model.create', async (acting) => {
        const { tx, organizationId, userId, audit } = acting;
        const project = await findProject(acting, input.projectId);
        const name = readName(['input', 'name'], input.name);
        const [model] = await tx.model.createManyAndReturn({
          data: [{ organizationId, projectId: project.id, name, createdById: userId }],
          skipDuplicates: true,
        });
        if (!model) {
          throw new ConflictError(
            `There is a model named ${name} in this project already.`,
            'Choose another name, or add a version to that model.',
          );
        }
        await insertModelVersion(acting, { ...input, model });
        await audit(model.id, { name });
        return { model };
      }),
  }),
);

builder.mutationField('addModelVersion', (t) =>
  t.field({
    type: AddPayload,
    args: { input: t.arg({ type: AddInput, required: true }) },
    errors: { types: [InvalidInputError, ForbiddenError, NotFoundError], union: { name: 'AddModelVersionResult' } },
    resolve: (_, { input }, context) =>
      change(context, 'model.create', async (acting) => {
        const id = parseGlobalId('Model', input.modelId);
        const key = { organizationId: acting.organizationId, id };
        const model = await acting.tx.model.findUnique({ where: { organizationId_id: key } });
        if (!model) throw new NotFoundError('model');
        const modelVersion = await insertModelVersion(acting, { ...input, model });
        await acting.audit(modelVersion.id, { modelId: model.id, number: modelVersion.number });
        return { modelVersion };
      }),
  }),
);

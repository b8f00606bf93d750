import { change } from '../audit/change.ts';
import { ForbiddenError, InvalidInputError, NotFoundError } from '../errors.ts';
import { ModelVersionType } from '../models/model-version.ts';
import { builder } from '../schema/builder.ts';
import { parseGlobalId } from '../schema/global-id.ts';
import { findWithGraph } from './find-with-graph.ts';
import { takeOnnxVersion } from './take-onnx-version.ts';

type Made = { readonly organizationId: string; readonly id: string };

const Payload = builder.objectRef<Made>('ModelFromGraphPayload').implement({
  fields: (t) => ({
    modelVersion: t.prismaField({
      type: ModelVersionType,
      resolve: (query, key, _, { db }) =>
        db.modelVersion.findUniqueOrThrow({ ...query, where: { organizationId_id: key } }),
    }),
  }),
});

builder.mutationField('modelFromGraph', (t) =>
  t.field({
    type: Payload,
    description: 'The companion graph of a model version as a model version of its own; the same one each time.',
    args: { modelVersionId: t.arg.id({ required: true }) },
    errors: { types: [InvalidInputError, NotFoundError, ForbiddenError], union: { name: 'ModelFromGraphResult' } },
    resolve: (_, { modelVersionId }, context) =>
      change(context, 'model.create', async (acting) => {
        const { organizationId } = acting;
        const key = { organizationId, id: parseGlobalId('ModelVersion', modelVersionId) };
        const version = await acting.tx.modelVersion.findUnique({ where: { organizationId_id: key } });
        if (!version) throw new NotFoundError('model version');
        const graph = await findWithGraph(acting, version.id);
        if (!graph) {
          throw new InvalidInputError(
            ['modelVersionId'],
            'This model version has no companion graph.',
            'Add a version with the same checkpoint and its ONNX export as companion graph.',
          );
        }
        const id = await takeOnnxVersion(acting, graph);
        return { organizationId, id };
      }),
  }),
);

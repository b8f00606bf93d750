import { ArtifactType } from '../artifacts/artifact.ts';
import { builder } from '../schema/builder.ts';

export const ModelPartType = builder.prismaObject('ModelVersionPart', {
  name: 'ModelPart',
  description:
    'A file that a model version’s own file refers to by this name: a shard of an index, or a data file of an .onnx.',
  fields: (t) => ({
    name: t.exposeString('name'),
    file: t.relation('artifact', { type: ArtifactType }),
  }),
});

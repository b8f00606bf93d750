import { builder } from '../schema/builder.ts';
import { inOrder } from '../schema/list-order.ts';
import { tenantKey } from '../schema/node.ts';
import { ModelVersionType } from './model-version.ts';

export const ModelType = builder.prismaNode('Model', {
  id: { field: 'id' },
  nullable: true,
  findUnique: tenantKey,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    name: t.exposeString('name'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    latestVersion: t.prismaField({
      type: ModelVersionType,
      nullable: true,
      resolve: (query, { organizationId, id }, _, { db }) =>
        db.modelVersion.findFirst({ ...query, where: { organizationId, modelId: id }, orderBy: { number: 'desc' } }),
    }),
    versions: t.relatedConnection('versions', {
      cursor: 'id',
      totalCount: true,
      query: inOrder({ number: 'desc' as const }, { id: 'desc' as const }),
    }),
  }),
});

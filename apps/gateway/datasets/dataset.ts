import { DatasetInspectionType } from '../inspection/inspection.ts';
import { readable } from '../inspection/readable.ts';
import { builder } from '../schema/builder.ts';
import { InspectionStateEnum } from '../schema/enums.ts';
import { FailureType } from '../schema/failure.ts';
import { inOrder } from '../schema/list-order.ts';
import { tenantKey } from '../schema/node.ts';
import { stored } from '../schema/stored.ts';

export const DatasetVersionType = builder.prismaNode('DatasetVersion', {
  id: { field: 'id' },
  nullable: true,
  findUnique: tenantKey,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    number: t.exposeInt('number'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    dataset: t.relation('dataset'),
    file: t.relation('artifact'),
    inspectionState: t.expose('inspectionState', { type: InspectionStateEnum }),
    inspection: t.field({
      type: DatasetInspectionType,
      nullable: true,
      select: { inspection: true },
      resolve: ({ id, inspection }, _, context) =>
        stored('datasetInspection', readable('dataset', { id, json: inspection }, context)),
    }),
    inspectionFailure: t.field({
      type: FailureType,
      nullable: true,
      select: { inspectionError: true },
      resolve: (version) => stored('failure', version.inspectionError),
    }),
  }),
});

export const DatasetType = builder.prismaNode('Dataset', {
  id: { field: 'id' },
  nullable: true,
  findUnique: tenantKey,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    name: t.exposeString('name'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    latestVersion: t.prismaField({
      type: DatasetVersionType,
      nullable: true,
      resolve: (query, { organizationId, id }, _, { db }) =>
        db.datasetVersion.findFirst({
          ...query,
          where: { organizationId, datasetId: id },
          orderBy: { number: 'desc' },
        }),
    }),
    versions: t.relatedConnection('versions', {
      cursor: 'id',
      totalCount: true,
      query: inOrder({ number: 'desc' as const }, { id: 'desc' as const }),
    }),
  }),
});

import { ModelInspectionType } from '../inspection/inspection.ts';
import { inspectionColumns, readInspection } from '../inspection/stored-inspection.ts';
import { builder } from '../schema/builder.ts';
import { InspectionStateEnum } from '../schema/enums.ts';
import { FailureType } from '../schema/failure.ts';
import { inOrder } from '../schema/list-order.ts';
import { tenantKey } from '../schema/node.ts';
import { stored } from '../schema/stored.ts';
import { ModelPartType } from './model-part.ts';

export const ModelVersionType = builder.prismaNode('ModelVersion', {
  id: { field: 'id' },
  nullable: true,
  findUnique: tenantKey,
  // Each field names its columns, so that the inspection, which may have tens of megabytes, comes with none of them.
  select: { organizationId: true, id: true },
  fields: (t) => ({
    number: t.exposeInt('number'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    model: t.relation('model'),
    file: t.relation('artifact'),
    graph: t.relation('graphArtifact', { nullable: true }),
    parts: t.relatedConnection('parts', {
      type: ModelPartType,
      cursor: 'id',
      totalCount: true,
      query: inOrder({ name: 'asc' as const }, { id: 'asc' as const }),
    }),
    inspectionState: t.expose('inspectionState', { type: InspectionStateEnum }),
    inspection: t.field({
      type: ModelInspectionType,
      nullable: true,
      select: inspectionColumns,
      resolve: (version, _, context) => readInspection(version, context),
    }),
    inspectionFailure: t.field({
      type: FailureType,
      nullable: true,
      select: { inspectionError: true },
      resolve: (version) => stored('failure', version.inspectionError),
    }),
  }),
});

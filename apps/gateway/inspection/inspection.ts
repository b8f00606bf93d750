import type { DatasetInspection, InspectedPort, InspectedTensor, ModelInspection } from '#contract/inspection.ts';
import { builder } from '../schema/builder.ts';

const Port = builder.objectRef<InspectedPort>('Port').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    dtype: t.exposeString('dtype'),
    shape: t.stringList({
      description: 'A dynamic dimension is its name, or ?.',
      resolve: (port) => port.shape.map((dimension) => (dimension === null ? '?' : String(dimension))),
    }),
  }),
});

const Tensor = builder.objectRef<InspectedTensor>('InspectedTensor').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    dtype: t.exposeString('dtype'),
    shape: t.field({ type: ['Long'], resolve: (tensor) => [...tensor.shape] }),
    bytes: t.expose('bytes', { type: 'Long' }),
  }),
});

const maxTensors = 1_000;

export const ModelInspectionType = builder.objectRef<ModelInspection>('ModelInspection').implement({
  fields: (t) => ({
    format: t.exposeString('format'),
    container: t.exposeString('container'),
    producer: t.exposeString('producer', { nullable: true }),
    wrapper: t.stringList({ resolve: (model) => [...model.wrapper] }),
    bytes: t.expose('bytes', { type: 'Long' }),
    parameters: t.expose('parameters', { type: 'Long' }),
    inputs: t.field({ type: [Port], resolve: (model) => [...model.inputs] }),
    outputs: t.field({ type: [Port], resolve: (model) => [...model.outputs] }),
    unknownGlobals: t.stringList({ resolve: (model) => [...model.unknownGlobals] }),
    notes: t.stringList({ resolve: (model) => [...model.notes] }),
    tensorCount: t.int({ resolve: (model) => model.tensors.length }),
    tensors: t.field({
      type: [Tensor],
      args: { search: t.arg.string(), offset: t.arg.int(), limit: t.arg.int() },
      resolve: (model, { search, offset, limit }) => {
        const wanted = search?.toLowerCase() ?? '';
        const from = Math.max(0, offset ?? 0);
        const count = Math.min(maxTensors, Math.max(0, limit ?? 200));
        return model.tensors.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(from, from + count);
      },
    }),
  }),
});

export const DatasetInspectionType = builder.objectRef<DatasetInspection>('DatasetInspection').implement({
  fields: (t) => ({
    format: t.exposeString('format'),
    bytes: t.expose('bytes', { type: 'Long' }),
    samples: t.expose('samples', { type: 'Long' }),
    arrays: t.field({ type: [Tensor], resolve: (dataset) => [...dataset.arrays] }),
    labels: t.exposeString('labels', { nullable: true }),
  }),
});

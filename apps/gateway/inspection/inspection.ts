import type { DatasetInspection, InspectedPort } from '#contract/inspection.ts';
import { preprocessKeys } from '#contract/preprocess.ts';
import { builder } from '../schema/builder.ts';
import { defaultLimit } from '../schema/limits.ts';
import { findTensors, tensorSorts } from './find-tensors.ts';
import { type ListedTensor, withSharing } from './sharing.ts';
import type { StoredInspection } from './stored-inspection.ts';

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

const Tensor = builder.objectRef<ListedTensor>('InspectedTensor').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    dtype: t.exposeString('dtype'),
    shape: t.field({ type: ['Long'], resolve: (tensor) => [...tensor.shape] }),
    bytes: t.expose('bytes', { type: 'Long' }),
    sharers: t.exposeInt('sharers', {
      description: 'How many other tensors show the same memory (tied weights, views).',
    }),
    sharedWith: t.stringList({
      description: 'The names of those; of very many, the first.',
      resolve: (tensor) => [...tensor.sharedWith],
    }),
  }),
});

const TensorSortEnum = builder.enumType('TensorSort', { values: tensorSorts });

const maxTensors = 1_000;

export const ModelInspectionType = builder.objectRef<StoredInspection>('ModelInspection').implement({
  fields: (t) => ({
    format: t.exposeString('format'),
    container: t.exposeString('container'),
    producer: t.exposeString('producer', { nullable: true }),
    wrapper: t.stringList({ resolve: (model) => [...model.wrapper] }),
    bytes: t.expose('bytes', { type: 'Long' }),
    // What was inspected before these were recorded has one file, and no answer to the other two.
    shards: t.int({ resolve: (model) => model.shards ?? 1 }),
    tensorBytes: t.field({
      type: 'Long',
      nullable: true,
      description: 'Elements of all tensors, what several show together counted once; null: not recorded.',
      resolve: (model) => model.tensorBytes ?? null,
    }),
    parameters: t.expose('parameters', { type: 'Long' }),
    inputs: t.field({ type: [Port], resolve: (model) => [...model.inputs] }),
    outputs: t.field({ type: [Port], resolve: (model) => [...model.outputs] }),
    unknownGlobals: t.stringList({ resolve: (model) => [...model.unknownGlobals] }),
    notes: t.stringList({ resolve: (model) => [...model.notes] }),
    tensorCount: t.exposeInt('tensorCount'),
    matchingTensors: t.int({
      description: 'How many `tensors` with the same filter has.',
      args: { search: t.arg.string(), sharedOnly: t.arg.boolean() },
      resolve: async (model, filter) => findTensors(await model.tensors(), filter).length,
    }),
    tensors: t.field({
      type: [Tensor],
      args: {
        search: t.arg.string(),
        sharedOnly: t.arg.boolean(),
        sort: t.arg({ type: TensorSortEnum }),
        offset: t.arg.int(),
        limit: t.arg.int(),
      },
      resolve: async (model, { search, sharedOnly, sort, offset, limit }) => {
        const from = Math.max(0, offset ?? 0);
        const count = Math.min(maxTensors, Math.max(0, limit ?? defaultLimit));
        const tensors = await model.tensors();
        const found = findTensors(tensors, { search, sharedOnly }, sort ?? 'FILE');
        return withSharing(tensors, found.slice(from, from + count));
      },
    }),
  }),
});

export const DatasetInspectionType = builder.objectRef<DatasetInspection>('DatasetInspection').implement({
  fields: (t) => ({
    format: t.exposeString('format'),
    bytes: t.expose('bytes', { type: 'Long' }),
    samples: t.expose('samples', { type: 'Long' }),
    arrays: t.field({ type: [Tensor], resolve: (dataset) => withSharing([], dataset.arrays) }),
    labels: t.exposeString('labels', { nullable: true }),
    classes: t.stringList({
      description: 'Of images: the folders that are classes, in the order of their labels.',
      resolve: ({ images }) => [...(images?.classes ?? [])],
    }),
    preprocess: t.stringList({
      description: 'Of images: what is stored with them about their way to a tensor, such as `resize: 256`.',
      resolve: ({ images }) => {
        const said = images?.preprocess ?? {};
        return preprocessKeys.flatMap((key) => (said[key] === undefined ? [] : `${key}: ${shown(said[key])}`));
      },
    }),
  }),
});

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value)?.replaceAll(',', ', ') ?? '');
}

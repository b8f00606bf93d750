import { formatBytes } from '#contract/format-bytes.ts';
import type {
  DatasetInspection,
  InspectedPort,
  InspectedTensor,
  Inspection,
  ModelInspection,
} from '#contract/inspection.ts';
import { formatTable } from './table.ts';

/** What a file is and holds, for a reader in a terminal. */
export function describeInspection(inspection: Inspection): string {
  return inspection.kind === 'model' ? describeModel(inspection) : describeDataset(inspection);
}

function describeModel(model: ModelInspection): string {
  const summary = [
    [
      `${model.format} (${model.container})${model.producer ? ` by ${model.producer}` : ''}`,
      ...(model.shards > 1 ? [`${model.shards} shards`] : []),
      formatBytes(model.bytes),
      `${count(model.tensors.length)} tensors of ${formatBytes(model.tensorBytes)}`,
      `${count(model.parameters)} parameters`,
    ].join(', '),
    ...(model.wrapper.length > 0 ? [`tensors under ${model.wrapper.join('.')}`] : []),
  ];
  return [
    ...summary,
    ...model.inputs.map((port) => `input  ${describePort(port)}`),
    ...model.outputs.map((port) => `output ${describePort(port)}`),
    tensorTable(model.tensors),
    ...model.unknownGlobals.map((name) => `read as data, never called: ${name}`),
    ...model.notes,
    // The first lines of a long list have left the screen.
    ...(model.tensors.length > longList ? summary : []),
    '',
  ].join('\n');
}

/** More rows than a terminal shows. */
const longList = 20;

function describeDataset(dataset: DatasetInspection): string {
  if (dataset.images) return describeImages(dataset, dataset.images);
  const labels = dataset.labels ? `, labels in ${dataset.labels}` : '';
  return `${dataset.format}, ${formatBytes(dataset.bytes)}, ${dataset.samples} samples${labels}\n${tensorTable(dataset.arrays)}\n`;
}

function describeImages(dataset: DatasetInspection, { classes, preprocess }: NonNullable<DatasetInspection['images']>) {
  const said = Object.entries(preprocess).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return [
    `images, ${formatBytes(dataset.bytes)}, ${count(dataset.samples)} samples`,
    classes.length > 0
      ? `${count(classes.length)} classes: ${classes.slice(0, longList).join(', ')}`
      : 'no folders for classes, so no labels',
    said.length > 0 ? said.join('\n') : 'preprocessed as the input of the graph asks',
    '',
  ].join('\n');
}

/** With a column that says who shares memory with whom, if any does. */
function tensorTable(tensors: readonly InspectedTensor[]): string {
  const firstOf = new Map<string, string>();
  for (const { name, storage } of tensors)
    if (storage !== undefined && !firstOf.has(storage)) firstOf.set(storage, name);
  const shares = ({ name, storage }: InspectedTensor): string[] => {
    if (firstOf.size === 0) return [];
    const first = storage === undefined ? undefined : firstOf.get(storage);
    return [first === undefined ? '' : first === name ? 'shared' : `with ${first}`];
  };
  return formatTable(
    ['tensor', 'dtype', 'shape', 'bytes', ...(firstOf.size > 0 ? ['memory'] : [])],
    tensors.map((tensor) => [
      tensor.name,
      tensor.dtype,
      tensor.shape.join('×') || 'scalar',
      formatBytes(tensor.bytes),
      ...shares(tensor),
    ]),
  );
}

function describePort({ name, dtype, shape }: InspectedPort): string {
  return `${name} ${dtype}[${shape.map((dimension) => dimension ?? '?').join(', ')}]`;
}

function count(number: number): string {
  return number.toLocaleString('en');
}

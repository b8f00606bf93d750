import { stdout } from 'node:process';
import { Command } from 'commander';
import type { DatasetInspection, InspectedPort, ModelInspection } from '#contract/inspection.ts';
import { inspectFile } from '#engine/inspection/inspect-file.ts';
import { formatBytes } from '../format-bytes.ts';
import { inputFile } from '../input-files.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('say what a file is and which tensors it holds, without running anything in it')
    .argument('<file>', 'a .pth, .onnx, .safetensors or .npz')
    .option('--json', 'print one line of JSON')
    .action(async (path: string, options: { readonly json?: boolean }) => {
      const inspection = await inspectFile(await inputFile(path));
      if (options.json) stdout.write(`${JSON.stringify(inspection)}\n`);
      else
        stdout.write(printable(inspection.kind === 'model' ? describeModel(inspection) : describeDataset(inspection)));
    });
}

function describeModel(model: ModelInspection): string {
  return [
    `${model.format} (${model.container}), ${formatBytes(model.bytes)}, ${model.parameters.toLocaleString('en')} parameters${model.producer ? `, by ${model.producer}` : ''}`,
    ...(model.wrapper.length > 0 ? [`tensors under ${model.wrapper.join('.')}`] : []),
    ...model.inputs.map((port) => `input  ${describePort(port)}`),
    ...model.outputs.map((port) => `output ${describePort(port)}`),
    tensorTable(model.tensors),
    ...model.unknownGlobals.map((name) => `read as data, never called: ${name}`),
    ...model.notes,
    '',
  ].join('\n');
}

function describeDataset(dataset: DatasetInspection): string {
  const labels = dataset.labels ? `, labels in ${dataset.labels}` : '';
  return `${dataset.format}, ${formatBytes(dataset.bytes)}, ${dataset.samples} samples${labels}\n${tensorTable(dataset.arrays)}\n`;
}

function tensorTable(tensors: ModelInspection['tensors']): string {
  return formatTable(
    ['tensor', 'dtype', 'shape', 'bytes'],
    tensors.map(({ name, dtype, shape, bytes }) => [name, dtype, shape.join('×') || 'scalar', formatBytes(bytes)]),
  );
}

function describePort({ name, dtype, shape }: InspectedPort): string {
  return `${name} ${dtype}[${shape.map((dimension) => dimension ?? '?').join(', ')}]`;
}

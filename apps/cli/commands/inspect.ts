import { Command } from 'commander';
import { inspectFile } from '#engine/inspection/inspect-file.ts';
import { describeInspection } from '../describe-inspection.ts';
import { modelFile } from '../input-files.ts';
import { printable } from '../printable.ts';

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('say what a file is and which tensors it holds, without running anything in it')
    .argument('<file>', 'a .pth, .onnx, .safetensors or .npz, the index of a model in several files, or a folder')
    .option('--json', 'print one line of JSON')
    .action(async (path: string, options: { readonly json?: boolean }) => {
      const inspection = await inspectFile(await modelFile(path));
      process.stdout.write(
        options.json ? `${JSON.stringify(inspection)}\n` : printable(describeInspection(inspection)),
      );
    });
}

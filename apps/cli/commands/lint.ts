import { Command } from 'commander';
import { counted } from '#contract/counted.ts';
import { InputError } from '#contract/failure.ts';
import { describeLint } from '../describe-lint.ts';
import { inputFile } from '../input-files.ts';
import { printable } from '../printable.ts';

export function lintCommand(): Command {
  return new Command('lint')
    .description('say whether TensorRT can make a good engine of a quantized ONNX model, and by which command')
    .argument('<model>', 'an .onnx with QuantizeLinear and DequantizeLinear; weights in other files beside it')
    .option('--json', 'print one line of JSON')
    .action(lint);
}

/** Errors: UNSUPPORTED, after the report, if the model has errors; those of reading a model. */
async function lint(path: string, { json }: { readonly json?: boolean }): Promise<void> {
  // Loaded by this command alone.
  const [{ readOnnxModel }, { lintModel }] = await Promise.all([
    import('#engine/formats/onnx/read.ts'),
    import('#engine/graph/lint/lint.ts'),
  ]);
  const file = await inputFile(path);
  const report = lintModel(await readOnnxModel(file), path);
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : printable(describeLint(report)));
  const { errors } = report.counts;
  if (errors === 0) return;
  throw new InputError(
    'UNSUPPORTED',
    `${file.name} has ${counted(errors, 'error')}: TensorRT refuses such a model, or takes it for another.`,
  );
}

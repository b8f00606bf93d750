import { Command } from 'commander';
import { runBackend } from '#execution/run-backend.ts';
import { loadBackend } from '../backends.ts';
import { inputFiles } from '../input-files.ts';
import { interruptible } from '../interruptible.ts';
import { printable } from '../printable.ts';
import { progressReporter } from '../progress.ts';
import { addQuantizationOptions, type QuantizationOptions } from '../quantization-options.ts';
import { recipeFromOptions } from '../recipe-from-options.ts';
import { describeResult, resultAsJson } from '../result.ts';
import { replacedIn } from '../result-folder.ts';

export function quantizeCommand(): Command {
  return addQuantizationOptions(new Command('quantize'))
    .description('quantize a model into DIR, with a manifest.json beside it')
    .requiredOption('--out <dir>', 'where the result goes')
    .action(quantize);
}

async function quantize(model: string, options: QuantizationOptions & { readonly out: string }): Promise<void> {
  const { recipe, warnings } = await recipeFromOptions(options);
  const files = await inputFiles(model, options);
  const backend = await loadBackend(recipe.backend);
  const replaced = await replacedIn(options.out, [backend.outputName(recipe), 'manifest.json']);
  const progress = progressReporter();
  for (const warning of warnings) progress.log('warning', warning);
  try {
    const finished = await interruptible((signal) =>
      runBackend({
        backend,
        recipe,
        files,
        outputDir: options.out,
        ...(options.batchSize === undefined ? {} : { batchSize: options.batchSize }),
        signal,
        report: progress,
      }),
    );
    progress.end();
    if (replaced.length > 0) progress.log('info', `Replaced in ${options.out}: ${replaced.join(' and ')}`);
    process.stdout.write(options.json ? resultAsJson(finished, warnings) : printable(describeResult(finished)));
  } finally {
    progress.end();
  }
}

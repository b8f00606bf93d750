import { stdout } from 'node:process';
import { Command } from 'commander';
import type { Plan } from '#contract/plan.ts';
import { runBackend } from '#execution/run-backend.ts';
import { backends } from '../backends.ts';
import { inputFiles } from '../input-files.ts';
import { progressReporter } from '../progress.ts';
import { addQuantizationOptions, type QuantizationOptions } from '../quantization-options.ts';
import { recipeFromOptions } from '../recipe-from-options.ts';
import { describeResult, resultAsJson } from '../result.ts';

export function quantizeCommand(): Command {
  return addQuantizationOptions(new Command('quantize'))
    .description('quantize a model into DIR, with a manifest.json beside it')
    .requiredOption('--out <dir>', 'where the result goes')
    .action(quantize);
}

async function quantize(model: string, options: QuantizationOptions & { readonly out: string }): Promise<void> {
  const { recipe, warnings } = await recipeFromOptions(options);
  const files = await inputFiles(model, options);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt);
  const progress = progressReporter();
  let plan: Plan | undefined;
  try {
    const finished = await runBackend({
      backend: backends[recipe.backend],
      recipe,
      files,
      outputDir: options.out,
      ...(options.batchSize === undefined ? {} : { batchSize: options.batchSize }),
      signal: interrupted.signal,
      report: progress,
      onPlan: (made) => {
        plan = made;
      },
    });
    progress.end();
    const all = { ...finished, warnings: [...warnings, ...(plan?.warnings ?? []), ...finished.outcome.warnings] };
    stdout.write(options.json ? `${resultAsJson(all)}\n` : describeResult(all));
  } finally {
    progress.end();
    process.removeListener('SIGINT', interrupt);
  }
}

import { Command } from 'commander';
import { planWith } from '#execution/plan-with.ts';
import { loadBackend } from '../backends.ts';
import { describePlan } from '../describe-plan.ts';
import { inputFiles } from '../input-files.ts';
import { printable } from '../printable.ts';
import { addQuantizationOptions, type QuantizationOptions } from '../quantization-options.ts';
import { recipeFromOptions } from '../recipe-from-options.ts';

export function planCommand(): Command {
  return addQuantizationOptions(new Command('plan'))
    .description('say what would be quantized, how, and why not the rest; run nothing')
    .option('--out <dir>', 'accepted so that a quantize line can be planned as it stands')
    .action(async (model: string, options: QuantizationOptions) => {
      const { recipe, warnings } = await recipeFromOptions(options);
      const files = await inputFiles(model, options);
      const plan = await planWith(await loadBackend(recipe.backend), { recipe, files });
      const complete = { ...plan, warnings: [...warnings, ...plan.warnings] };
      process.stdout.write(options.json ? `${JSON.stringify(complete)}\n` : printable(describePlan(complete)));
    });
}

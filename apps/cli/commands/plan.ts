import { Command } from 'commander';
import { countVerdicts, type Plan } from '#contract/plan.ts';
import { loadBackend } from '../backends.ts';
import { formatBytes } from '../format-bytes.ts';
import { inputFiles } from '../input-files.ts';
import { printable } from '../printable.ts';
import { addQuantizationOptions, type QuantizationOptions } from '../quantization-options.ts';
import { recipeFromOptions } from '../recipe-from-options.ts';
import { formatTable } from '../table.ts';

export function planCommand(): Command {
  return addQuantizationOptions(new Command('plan'))
    .description('say what would be quantized, how, and why not the rest; run nothing')
    .option('--out <dir>', 'accepted so that a quantize line can be planned as it stands')
    .action(async (model: string, options: QuantizationOptions) => {
      const { recipe, warnings } = await recipeFromOptions(options);
      const files = await inputFiles(model, options);
      const plan = await (await loadBackend(recipe.backend)).plan({ recipe, files });
      const complete = { ...plan, warnings: [...warnings, ...plan.warnings] };
      process.stdout.write(options.json ? `${JSON.stringify(complete)}\n` : printable(describePlan(complete)));
    });
}

function describePlan(plan: Plan): string {
  const { quantized, native, skipped } = countVerdicts(plan);
  const rows = plan.layers.map((layer) => [
    layer.name,
    layer.class,
    layer.shape.join('×'),
    layer.verdict,
    layer.weights ? `${layer.weights.dtype} ${layer.weights.granularity}` : '',
    layer.activations?.dtype ?? '',
    layer.reason,
  ]);
  return [
    formatTable(['layer', 'class', 'shape', 'verdict', 'weights', 'activations', 'why'], rows),
    ...plan.rules.map((rule) => `${rule.kind === 'skip' ? 'skip' : 'rule'} ${rule.pattern}: ${rule.hits} layers`),
    ...plan.warnings.map((warning) => `warning: ${warning}`),
    `${quantized} quantized, ${native} native, ${skipped} skipped; ${formatBytes(plan.bytesBefore)} → about ${formatBytes(plan.bytesAfter)}`,
    '',
  ].join('\n');
}

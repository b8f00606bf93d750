import { formatBytes } from '#contract/format-bytes.ts';
import { countVerdicts, type Plan, type PlannedTensor, type Verdict } from '#contract/plan.ts';
import type { BackendId } from '#contract/recipe/recipe.ts';
import { verdictWords } from '#contract/verdict-words.ts';
import { formatTable } from './table.ts';
import { withFlags } from './with-flags.ts';

/** The layers of a plan, its rules and warnings, and last what it comes to. */
export function describePlan(plan: Plan): string {
  const counts = countVerdicts(plan);
  const rows = plan.layers.map((layer) => [
    layer.name,
    layer.class,
    layer.shape.join('×'),
    verdicts[layer.verdict],
    layer.weights ? `${layer.weights.dtype} ${granularityWords(layer.weights, plan.backend)}` : '',
    layer.activations?.dtype ?? '',
    layer.reason,
  ]);
  return [
    formatTable(['layer', 'class', 'shape', 'verdict', 'weights', 'activations', 'why'], rows),
    ...plan.rules.map((rule) => `${rule.kind === 'skip' ? 'skip' : 'rule'} ${rule.pattern}: ${rule.hits} layers`),
    ...plan.warnings.map((warning) => `warning: ${withFlags(warning)}`),
    ...(rows.length > longList ? [`${rows.length} layers are listed; --json prints them for programs`] : []),
    `${verdictWords(counts)}; ${formatBytes(plan.bytesBefore)} → about ${formatBytes(plan.bytesAfter)}`,
    ...(counts.quantized === 0 ? [refusal(counts)] : []),
    '',
  ].join('\n');
}

function refusal({ inputs }: ReturnType<typeof countVerdicts>): string {
  return `${inputs === 0 ? 'Nothing' : 'No weight'} would be quantized: \`quantize\` refuses this.`;
}

const verdicts = {
  quantized: 'quantized',
  inputs: 'inputs only',
  native: 'native',
  skipped: 'skipped',
} as const satisfies Record<Verdict, string>;

/** More rows than anybody reads. */
const longList = 500;

/** torchao’s own word for a scale each along axis 0 is per row. */
function granularityWords({ granularity, axis, groupSize }: PlannedTensor, backend: BackendId): string {
  if (granularity === 'per-group') return `per group of ${groupSize}`;
  if (granularity === 'per-tensor') return 'per tensor';
  return backend === 'torchao' && axis === 0 ? 'per row' : 'per channel';
}

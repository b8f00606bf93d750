import { formatBytes } from '#contract/format-bytes.ts';
import type { Score } from '#contract/outcome.ts';
import { verdictWords } from '#contract/verdict-words.ts';
import type { FinishedRun } from '#execution/run-backend.ts';
import { describeCounts } from './describe-lint.ts';

/** The last line on stdout, which scripts read; its keys are fixed. `warnings` are of the command line and its spec. */
export function resultAsJson({ artifacts, outcome }: FinishedRun, warnings: readonly string[]): string {
  const result = {
    artifacts: artifacts.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    layers: outcome.layers,
    warnings: [...warnings, ...outcome.warnings],
    seconds: outcome.seconds,
    peakRssBytes: outcome.peakRssBytes,
    bytesBefore: outcome.bytesBefore,
    bytesAfter: outcome.bytesAfter,
    evaluation: outcome.evaluation,
    deviations: outcome.deviations,
  };
  return `${JSON.stringify(result)}\n`;
}

/** The same for people, who have read the warnings on stderr as they came. */
export function describeResult({ plan, artifacts, outcome }: FinishedRun): string {
  const { layers, evaluation } = outcome;
  const ratio = outcome.bytesAfter / outcome.bytesBefore;
  return [
    ...outcome.deviations.filter((line) => !plan.warnings.includes(line)).map((deviation) => `note: ${deviation}`),
    `layers    ${verdictWords(layers)}, in ${outcome.seconds.toFixed(1)} s`,
    `size      ${formatBytes(outcome.bytesBefore)} → ${formatBytes(outcome.bytesAfter)} (${ratio.toFixed(2)}×)`,
    ...(evaluation
      ? [
          `accuracy  ${percent(evaluation.float)} → ${percent(evaluation.quantized)} top-1, the same answer on ${evaluation.agreement} of ${evaluation.float.total}`,
        ]
      : []),
    ...(outcome.lint ? [`TensorRT  ${describeCounts(outcome.lint)}; \`zeropoint lint\` says which`] : []),
    ...artifacts.map(({ path, bytes, sha256 }) => `${path}  ${formatBytes(bytes)}  sha256 ${sha256}`),
    '',
  ].join('\n');
}

const percent = ({ correct, total }: Score): string => `${((100 * correct) / total).toFixed(2)} %`;

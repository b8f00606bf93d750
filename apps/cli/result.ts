import type { Score } from '#contract/outcome.ts';
import type { FinishedRun } from '#execution/run-backend.ts';
import { formatBytes } from './format-bytes.ts';

type Result = FinishedRun & { readonly warnings: readonly string[] };

/** The last line that scripts read; its keys are fixed. */
export function resultAsJson({ artifacts, outcome, warnings }: Result): string {
  return JSON.stringify({
    artifacts: artifacts.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    layers: outcome.layers,
    warnings,
    seconds: outcome.seconds,
    peakRssBytes: outcome.peakRssBytes,
    bytesBefore: outcome.bytesBefore,
    bytesAfter: outcome.bytesAfter,
    evaluation: outcome.evaluation,
    deviations: outcome.deviations,
  });
}

export function describeResult({ artifacts, outcome, warnings }: Result): string {
  const { layers, evaluation } = outcome;
  const ratio = outcome.bytesAfter / outcome.bytesBefore;
  return [
    ...warnings.map((warning) => `warning: ${warning}`),
    ...outcome.deviations.map((deviation) => `note: ${deviation}`),
    `${layers.quantized} layers quantized, ${layers.native} native, ${layers.skipped} skipped, in ${outcome.seconds.toFixed(1)} s`,
    `size      ${formatBytes(outcome.bytesBefore)} → ${formatBytes(outcome.bytesAfter)} (${ratio.toFixed(2)}×)`,
    ...(evaluation
      ? [
          `accuracy  ${percent(evaluation.float)} → ${percent(evaluation.quantized)} top-1, the same answer on ${evaluation.agreement} of ${evaluation.float.total}`,
        ]
      : []),
    ...artifacts.map(({ path, bytes, sha256 }) => `${path}  ${formatBytes(bytes)}  sha256 ${sha256}`),
    '',
  ].join('\n');
}

const percent = ({ correct, total }: Score): string => `${((100 * correct) / total).toFixed(2)} %`;

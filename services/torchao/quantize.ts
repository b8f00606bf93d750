import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { QuantizeJob } from '#contract/backend.ts';
import type { EvaluationPair, Findings } from '#contract/outcome.ts';
import { countVerdicts } from '#contract/plan.ts';
import { unreadEvaluation } from '#contract/unread-evaluation.ts';
import { withCheckpoint } from '#engine/formats/checkpoint/with-checkpoint.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { carriedBytes } from './carried-bytes.ts';
import { dequantizedWeights } from './dequantized-weights.ts';
import { plannedDeviations, repairs, reproducedNans } from './deviations.ts';
import { judgeCheckpoint } from './judge-checkpoint.ts';
import { type LaidOut, layOut } from './lay-out.ts';
import { outputName } from './output-name.ts';
import { writeLaidOut } from './write-laid-out.ts';

/** Writes the result and, with a companion graph and data to evaluate, measures it. Errors: UNSUPPORTED for a weight that is not finite; those of `plan`. */
export async function quantize(job: QuantizeJob): Promise<Findings> {
  return withCheckpoint(job.files.model, async (checkpoint) => {
    const judged = await judgeCheckpoint(checkpoint, job);
    const laidOut = layOut(checkpoint, judged);
    job.report.progress('load', 1);
    const path = join(job.outputDir, outputName(job.recipe));
    const reports = await writeLaidOut(path, laidOut, {
      signal: job.signal,
      threads: job.threads ?? availableParallelism(),
      onProgress: (fraction) => job.report.progress('quantize', fraction),
    });
    job.report.progress('write', 1);
    const warnings = [...reproducedNans(reports)];
    const unread = unreadEvaluation(job.files);
    const onWarning = (warning: string) => void warnings.push(warning);
    return {
      layers: countVerdicts(job.plan),
      bytesBefore: carriedBytes(checkpoint, judged.settings),
      bytesAfter: laidOut.placed.bytes,
      evaluation: await evaluate(checkpoint, { job, path, laidOut, onWarning }),
      ...(unread ? { unmeasured: unread } : {}),
      warnings,
      deviations: [...plannedDeviations(judged), ...repairs(reports)],
      calibrationSamples: null,
    };
  });
}

type Written = {
  readonly job: QuantizeJob;
  readonly path: string;
  readonly laidOut: LaidOut;
  readonly onWarning: (warning: string) => void;
};

/** ONNX Runtime is loaded by the runs that evaluate, not by a plan. The weights are read back from the result. */
async function evaluate(checkpoint: Checkpoint, written: Written): Promise<EvaluationPair | null> {
  const { job, onWarning } = written;
  const { graph, evaluation } = job.files;
  if (!graph || !evaluation) return null;
  const { evaluateThroughCompanion } = await import('#engine/companion/evaluate-through-companion.ts');
  return evaluateThroughCompanion({
    checkpoint,
    graph,
    replacements: dequantizedWeights(written.path, written.laidOut),
    scratch: job.outputDir,
    evaluation,
    device: job.recipe.device,
    signal: job.signal,
    onProgress: (fraction) => job.report.progress('evaluate', fraction),
    onWarning,
  });
}

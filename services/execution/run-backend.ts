import { readdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Backend, InputFiles, QuantizeJob, Reporter } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { EvaluationPair, Findings, Outcome, Score } from '#contract/outcome.ts';
import { countVerdicts, type Plan } from '#contract/plan.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { verdictWords } from '#contract/verdict-words.ts';
import { tellAccuracyLoss } from './accuracy-loss.ts';
import { digestFile, type FileDigest } from './digest/digest-file.ts';
import { digestInputs, digestingThreads, type InputDigest } from './digest/digest-inputs.ts';
import { leftovers, refuseEarlierParts } from './earlier-result.ts';
import { manifestOf } from './manifest.ts';
import { planWith } from './plan-with.ts';
import { refuseChanged } from './refuse-changed.ts';
import { refuseObstructed } from './refuse-obstructed.ts';
import { refuseOverwriting } from './refuse-overwriting.ts';
import { inStagedFolder } from './staged-folder.ts';
import { warnOnce } from './warn-once.ts';
import { whyNothing } from './why-nothing.ts';

export type BackendRun = {
  readonly backend: Backend;
  readonly recipe: Recipe;
  readonly files: InputFiles;
  /** Made if it is missing. */
  readonly outputDir: string;
  readonly batchSize?: number;
  readonly signal: AbortSignal;
  readonly report: Reporter;
  onPlan?(plan: Plan): void;
};

export type FinishedRun = { readonly plan: Plan; readonly outcome: Outcome; readonly artifacts: readonly FileDigest[] };

/**
 * One quantization from inputs to artifacts: plan, quantize, digest, manifest. All files are made in a hidden
 * folder inside `outputDir` and moved out together at the end, so a run that fails leaves nothing there. What an earlier
 * result of the same name had besides goes with it.
 * Errors: those of the backend; CORRUPT_FILE if an input changes meanwhile; UNSUPPORTED if nothing is left to
 * quantize or a result would replace an input, a part of an earlier result that is an input, or a directory; the signal's reason.
 */
export async function runBackend(run: BackendRun): Promise<FinishedRun> {
  const started = performance.now();
  const { backend, recipe, files, outputDir, signal } = run;
  const report = warnOnce(run.report);
  signal.throwIfAborted();
  const names = [backend.outputName(recipe), manifestName];
  await refuseObstructed(outputDir, names);
  await refuseOverwriting(files, outputDir, names);
  const destination = { folder: outputDir, manifestName, files };
  await refuseEarlierParts(destination, names);
  const refuseChangedInputs = await refuseChanged(files);
  const plan = await planWith(backend, { recipe, files });
  run.onPlan?.(plan);
  refuseEmptyPlan(plan);
  tellPlan(plan, report);
  const make = async (stage: string): Promise<FinishedRun> => {
    const { findings: found, inputs, outputs } = await quantizeInto(stage, plan, { ...run, report });
    // The names of all samples are for the manifest alone.
    const { calibrationData: calibration, ...findings } = found;
    await refuseChangedInputs();
    // A large model has more files than its name tells.
    await refuseOverwriting(
      files,
      outputDir,
      outputs.map(({ name }) => name),
    );
    tellEvaluation(findings.evaluation, report);
    const loss = findings.evaluation && tellAccuracyLoss(findings.evaluation, recipe);
    const warnings = loss === null ? findings.warnings : [loss, ...findings.warnings];
    for (const warning of warnings) report.log('warning', warning);
    const outcome: Outcome = {
      ...findings,
      // What the plan knew of the deviations is told as such.
      warnings: [...plan.warnings, ...warnings].filter((line) => !findings.deviations.includes(line)),
      seconds: (performance.now() - started) / 1000,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    };
    await writeFile(join(stage, manifestName), manifestOf({ recipe, plan, inputs, outputs, calibration, outcome }));
    tellOutputs(outputs, report);
    const artifacts = [...outputs, await digestFile(join(stage, manifestName), manifestName)];
    signal.throwIfAborted();
    return { plan, outcome, artifacts: artifacts.map((file) => ({ ...file, path: join(outputDir, file.name) })) };
  };
  return inStagedFolder(outputDir, make, async (made) => {
    const removed = await leftovers(destination, made);
    if (removed.length > 0) report.log('info', `Removing what else the earlier result had: ${removed.join(', ')}`);
    return removed;
  });
}

const manifestName = 'manifest.json';

/**
 * Quantizes and digests the inputs side by side; the outputs are digested as soon as they are there. If one fails, the
 * other is stopped and waited for, so that nobody writes into a folder that is being cleared.
 */
async function quantizeInto(
  stage: string,
  plan: Plan,
  { backend, recipe, files, batchSize, signal, report }: BackendRun,
): Promise<Quantized & { readonly inputs: readonly InputDigest[] }> {
  const other = new AbortController();
  const either = AbortSignal.any([signal, other.signal]);
  const threads = Math.max(1, availableParallelism() - (await digestingThreads(files)));
  const job = { recipe, files, plan, outputDir: stage, signal: either, report, threads };
  const quantized = quantizeAndDigest(backend, { ...job, ...(batchSize === undefined ? {} : { batchSize }) });
  const digested = digestInputs(files, either);
  try {
    const [{ findings, outputs }, inputs] = await Promise.all([quantized, digested]);
    return { findings, outputs, inputs };
  } catch (error) {
    other.abort(error);
    await Promise.allSettled([quantized, digested]);
    signal.throwIfAborted();
    throw error;
  }
}

type Quantized = { readonly findings: Findings; readonly outputs: readonly FileDigest[] };

async function quantizeAndDigest(backend: Backend, job: QuantizeJob): Promise<Quantized> {
  const findings = await backend.quantize(job);
  return { findings, outputs: await digestFolder(job.outputDir, job.signal) };
}

function tellPlan(plan: Plan, report: Reporter): void {
  report.log('info', `The plan: ${verdictWords(countVerdicts(plan))}, of ${plan.layers.length} layers`);
  for (const warning of plan.warnings) report.log('warning', warning);
}

function tellEvaluation(evaluation: EvaluationPair | null, report: Reporter): void {
  if (!evaluation) return;
  const { float, quantized, agreement } = evaluation;
  const said = ({ correct, total }: Score) => `${((100 * correct) / total).toFixed(2)} % (${correct} of ${total})`;
  report.log(
    'info',
    `Accuracy: float ${said(float)}, quantized ${said(quantized)}; the same answer on ${agreement} samples`,
  );
}

function tellOutputs(outputs: readonly FileDigest[], report: Reporter): void {
  for (const { name, bytes, sha256 } of outputs) report.log('info', `Wrote ${name}: ${bytes} bytes, sha256 ${sha256}`);
}

function refuseEmptyPlan(plan: Plan): void {
  const { quantized, inputs } = countVerdicts(plan);
  if (quantized > 0) return;
  const what = inputs === 0 ? 'nothing' : 'no weight';
  throw new InputError('UNSUPPORTED', `There is ${what} to quantize: ${whyNothing(plan)}`, {
    remedy: 'Look at the plan, which gives the reason for every layer.',
  });
}

async function digestFolder(folder: string, signal: AbortSignal): Promise<readonly FileDigest[]> {
  return Promise.all((await readdir(folder)).sort().map((name) => digestFile(join(folder, name), name, signal)));
}

import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend, InputFiles, Reporter } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { Outcome } from '#contract/outcome.ts';
import { countVerdicts, type Plan } from '#contract/plan.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { digestFile, type FileDigest } from './digest-file.ts';
import { manifestOf } from './manifest.ts';

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
 * folder inside `outputDir` and moved out together at the end, so a run that fails leaves nothing there.
 */
export async function runBackend(run: BackendRun): Promise<FinishedRun> {
  const started = performance.now();
  const plan = await run.backend.plan({ recipe: run.recipe, files: run.files });
  run.onPlan?.(plan);
  refuseEmptyPlan(plan);
  tellPlan(plan, run.report);
  const created = await mkdir(run.outputDir, { recursive: true });
  const stage = await mkdtemp(join(run.outputDir, '.partial-'));
  try {
    const { batchSize } = run;
    const [findings, inputs] = await Promise.all([
      run.backend.quantize({
        recipe: run.recipe,
        files: run.files,
        plan,
        outputDir: stage,
        ...(batchSize === undefined ? {} : { batchSize }),
        signal: run.signal,
        report: run.report,
      }),
      digestInputs(run.files),
    ]);
    run.signal.throwIfAborted();
    const outputs = await Promise.all((await readdir(stage)).sort().map((name) => digestFile(join(stage, name), name)));
    const outcome: Outcome = {
      ...findings,
      seconds: (performance.now() - started) / 1000,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    };
    await writeFile(join(stage, 'manifest.json'), manifestOf({ recipe: run.recipe, plan, inputs, outputs, outcome }));
    tellOutputs(outputs, run.report);
    const artifacts = [...outputs, await digestFile(join(stage, 'manifest.json'), 'manifest.json')];
    for (const { name } of artifacts) await rename(join(stage, name), join(run.outputDir, name));
    await rm(stage, { recursive: true });
    return { plan, outcome, artifacts: artifacts.map((file) => ({ ...file, path: join(run.outputDir, file.name) })) };
  } catch (error) {
    await rm(created ?? stage, { recursive: true, force: true });
    throw error;
  }
}

function tellPlan(plan: Plan, report: Reporter): void {
  const { quantized, native, skipped } = countVerdicts(plan);
  report.log('info', `The plan: ${quantized} layers to quantize, ${native} stay native, ${skipped} skipped`);
  for (const warning of plan.warnings) report.log('warning', warning);
}

function tellOutputs(outputs: readonly FileDigest[], report: Reporter): void {
  for (const { name, bytes, sha256 } of outputs) report.log('info', `Wrote ${name}: ${bytes} bytes, sha256 ${sha256}`);
}

function refuseEmptyPlan(plan: Plan): void {
  const { quantized, native, skipped } = countVerdicts(plan);
  if (quantized > 0) return;
  throw new InputError(
    'UNSUPPORTED',
    `The recipe leaves nothing to quantize: ${native} layers stay as they are and ${skipped} are skipped`,
    { remedy: 'Look at the plan, which gives the reason for every layer.' },
  );
}

async function digestInputs(files: InputFiles): Promise<(FileDigest & { role: string })[]> {
  return Promise.all(
    Object.entries(files).map(async ([role, file]) => ({ role, ...(await digestFile(file.path, file.name)) })),
  );
}

import { realpath } from 'node:fs/promises';
import type { Backend, BackendInput, InputFile } from '#contract/backend.ts';
import type { Plan } from '#contract/plan.ts';

/** The backend's plan, and the warnings that are of no backend's own. */
export async function planWith(backend: Backend, request: BackendInput): Promise<Plan> {
  const plan = await backend.plan(request);
  const { calibration, evaluation } = request.files;
  if (!calibration || !evaluation || !(await isSame(calibration, evaluation))) return plan;
  return { ...plan, warnings: [...plan.warnings, sameData(calibration.name)] };
}

function sameData(name: string): string {
  return `${name} is both the calibration and the evaluation data: the scales are chosen on the very samples that judge them, so the accuracy reads better than it is. Evaluate on samples that were held back.`;
}

/** A worker knows the digests of its copies; files of the command line have a place alone. */
async function isSame(one: InputFile, other: InputFile): Promise<boolean> {
  if (one.sha256 !== undefined && other.sha256 !== undefined) return one.sha256 === other.sha256;
  const [here, there] = await Promise.all([one, other].map(({ path }) => realpath(path).catch(() => path)));
  return here === there;
}

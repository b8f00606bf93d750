import type { CalibrationData, Outcome } from '#contract/outcome.ts';
import type { Plan } from '#contract/plan.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import type { FileDigest } from './digest/digest-file.ts';
import { engineVersion } from './engine-version.ts';

export type ManifestFacts = {
  readonly recipe: Recipe;
  readonly plan: Plan;
  readonly inputs: readonly (FileDigest & { readonly role: string })[];
  readonly outputs: readonly FileDigest[];
  readonly calibration: CalibrationData | undefined;
  readonly outcome: Outcome;
};

/** `manifest.json`: what was made, from what, how, and how well it does. Paths of this machine stay out of it. */
export function manifestOf({ recipe, plan, inputs, outputs, calibration, outcome }: ManifestFacts): string {
  const file = ({ name, bytes, sha256 }: FileDigest) => ({ name, bytes, sha256 });
  const manifest = {
    format: 'zeropoint-manifest/1',
    engine: { name: 'zeropoint', version: engineVersion },
    createdAt: new Date().toISOString(),
    recipe,
    inputs: inputs.map((input) => ({ role: input.role, ...file(input) })),
    ...(calibration ? { calibration } : {}),
    artifacts: outputs.map(file),
    results: outcome,
    plan,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

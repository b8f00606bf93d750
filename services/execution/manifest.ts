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

/**
 * `manifest.json`: what was made, from what, how, and how well it does. Paths of this machine stay out of it. In
 * pieces, of which the layers of the plan are most.
 */
export function* manifestOf({ recipe, plan, inputs, outputs, calibration, outcome }: ManifestFacts): Iterable<string> {
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
    plan: { ...plan, layers: [] },
  };
  const text = JSON.stringify(manifest, null, 2);
  // The last key of this name is the plan's.
  const at = text.lastIndexOf(noLayers) + noLayers.length - 1;
  yield text.slice(0, at);
  yield* layersOf(plan);
  yield `${text.slice(at)}\n`;
}

const noLayers = '"layers": []';
const layersInPiece = 500;

/** As JSON.stringify indents what stands in the plan's list. */
function* layersOf({ layers }: Plan): Iterable<string> {
  for (let at = 0; at < layers.length; at += layersInPiece) {
    const piece = JSON.stringify(layers.slice(at, at + layersInPiece), null, 2);
    const end = at + layersInPiece < layers.length ? ',' : '\n    ';
    yield piece.slice('['.length, -'\n]'.length).replaceAll('\n', '\n    ') + end;
  }
}

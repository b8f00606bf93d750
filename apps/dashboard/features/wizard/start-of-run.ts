import { emptyDraft, type RunDraft } from './draft.ts';
import { readRecipeText } from './recipe-text.ts';

type Run = {
  readonly recipeYaml: string;
  readonly modelVersion?: { readonly id: string } | null;
  readonly calibration?: { readonly id: string } | null;
  readonly evaluation?: { readonly id: string } | null;
};

/** The draft that begins as an old run: in the form of its backend where the form shows all of its rules, else as YAML. */
export function startOfRun({ recipeYaml, modelVersion, calibration, evaluation }: Run): RunDraft {
  const backend = backendOfForm(recipeYaml);
  return {
    ...emptyDraft,
    ...(backend === null
      ? { source: { kind: 'yaml' }, yaml: recipeYaml }
      : { source: { kind: 'preset', backend }, tuned: { [backend]: recipeYaml } }),
    modelVersionId: modelVersion?.id ?? null,
    calibrationVersionId: calibration?.id ?? null,
    evaluationVersionId: evaluation?.id ?? null,
    skipsEvaluation: !evaluation,
  };
}

/** The backend whose form says all that the rules do: none, or one that gives every Linear layer a dtype. */
function backendOfForm(yaml: string): string | null {
  const { section } = readRecipeText(yaml);
  if (typeof section?.backend !== 'string') return null;
  const rules = Array.isArray(section.layers) ? section.layers : [];
  return rules.length === 0 || (rules.length === 1 && isPlain(rules[0])) ? section.backend : null;
}

function isPlain(rule: unknown): boolean {
  if (!isRecord(rule) || rule.module_name !== 'Linear' || !isRecord(rule.weights)) return false;
  return rule.activations == null && Object.keys(rule.weights).join() === 'dtype';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

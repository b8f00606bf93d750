import { readRecipeText } from './recipe-text.ts';

/** A run that is being put together. */
export type RunDraft = {
  readonly targetsTensorrt: boolean | null;
  readonly quantizesActivations: boolean | null;
  /** A backend's preset, or the person's own YAML. */
  readonly source: { readonly kind: 'preset'; readonly backend: string } | { readonly kind: 'yaml' } | null;
  /** The person's own YAML. */
  readonly yaml: string;
  /** Presets as the form changed them, by backend. */
  readonly tuned: Readonly<Record<string, string>>;
  readonly modelVersionId: string | null;
  readonly calibrationVersionId: string | null;
  readonly evaluationVersionId: string | null;
  /** The person wants none: the only one there is is not proposed again. */
  readonly skipsEvaluation: boolean;
  readonly name: string;
};

export const emptyDraft: RunDraft = {
  targetsTensorrt: null,
  quantizesActivations: null,
  source: null,
  yaml: '',
  tuned: {},
  modelVersionId: null,
  calibrationVersionId: null,
  evaluationVersionId: null,
  skipsEvaluation: false,
  name: '',
};

export type ChangeDraft = (change: Partial<RunDraft>) => void;

/** Both answers, once the questions that need one have it. TensorRT settles the second. */
export function answersOf({ targetsTensorrt, quantizesActivations }: RunDraft) {
  if (targetsTensorrt === true) return { targetsTensorrt, quantizesActivations: true };
  if (targetsTensorrt === false && quantizesActivations !== null) return { targetsTensorrt, quantizesActivations };
  return null;
}

export type RecipeNeeds = {
  readonly backend: string;
  /** What the backend takes, in words, and as inspections say it. */
  readonly input: string;
  readonly formats: readonly string[];
  /** `optional`: without a set, ranges are those of noise. `asked`: the gateway has not answered yet. */
  readonly calibration: 'required' | 'optional' | 'none' | 'asked';
  /** Of a checkpoint, the network around it. */
  readonly graph: 'required' | 'none';
};

export type Preset = {
  readonly id: string;
  readonly input: string;
  readonly formats: readonly string[];
  readonly presetYaml: string;
};

/** The YAML that would be sent: the preset's as it was changed, or the person's. */
export function yamlOf(draft: RunDraft, presets: readonly Pick<Preset, 'id' | 'presetYaml'>[]): string {
  const { source } = draft;
  if (source?.kind !== 'preset') return draft.yaml;
  return draft.tuned[source.backend] ?? presets.find(({ id }) => id === source.backend)?.presetYaml ?? '';
}

/** The same draft with another text where its recipe stands. */
export function withYaml({ source, tuned }: RunDraft, yaml: string): Partial<RunDraft> {
  return source?.kind === 'preset' ? { tuned: { ...tuned, [source.backend]: yaml } } : { yaml };
}

/** The backend that a recipe names, and what it takes; null without a backend of ours. */
export function takerOf(yaml: string, presets: readonly Preset[]): Omit<RecipeNeeds, 'calibration' | 'graph'> | null {
  const { section } = readRecipeText(yaml);
  const preset = presets.find(({ id }) => id === section?.backend);
  return preset ? { backend: preset.id, input: preset.input, formats: preset.formats } : null;
}

/** Whether the draft has the calibration data that its recipe cannot do without; not before that is known. */
export function isCalibrated({ calibrationVersionId }: RunDraft, needs: RecipeNeeds | null): boolean {
  if (!needs || needs.calibration === 'asked') return false;
  return needs.calibration !== 'required' || calibrationVersionId !== null;
}

/** Why no backend takes the recipe, as a sentence; null when one does, or when nothing is written yet. */
export function recipeProblem(yaml: string, presets: readonly { readonly id: string }[]): string | null {
  if (yaml.trim() === '') return null;
  const { section, problem } = readRecipeText(yaml);
  if (problem) return problem;
  const backend = section?.backend;
  if (presets.some(({ id }) => id === backend)) return null;
  const said = typeof backend === 'string' ? backend : 'missing';
  return `backend is ${said}; it can be ${presets.map(({ id }) => id).join(', ')}.`;
}

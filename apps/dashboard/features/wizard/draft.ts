/** A run that is being put together. */
export type RunDraft = {
  readonly targetsTensorrt: boolean | null;
  readonly quantizesActivations: boolean | null;
  /** A backend's preset, or the person's own YAML. */
  readonly source: { readonly kind: 'preset'; readonly backend: string } | { readonly kind: 'yaml' } | null;
  readonly yaml: string;
  readonly modelVersionId: string | null;
  readonly calibrationVersionId: string | null;
  readonly evaluationVersionId: string | null;
  readonly name: string;
};

export const emptyDraft: RunDraft = {
  targetsTensorrt: null,
  quantizesActivations: null,
  source: null,
  yaml: '',
  modelVersionId: null,
  calibrationVersionId: null,
  evaluationVersionId: null,
  name: '',
};

export type ChangeDraft = (change: Partial<RunDraft>) => void;

/** Both answers, once the questions that need one have it. TensorRT settles the second. */
export function answersOf({ targetsTensorrt, quantizesActivations }: RunDraft) {
  if (targetsTensorrt === true) return { targetsTensorrt, quantizesActivations: true };
  if (targetsTensorrt === false && quantizesActivations !== null) return { targetsTensorrt, quantizesActivations };
  return null;
}

export type RecipeNeeds = { readonly backend: string; readonly input: string; readonly calibration: boolean };

type Preset = { readonly id: string; readonly input: string; readonly presetYaml: string };

/** The YAML that would be sent: the preset's, or the person's. */
export function yamlOf(draft: RunDraft, presets: readonly Preset[]): string {
  const { source } = draft;
  if (source?.kind === 'preset') return presets.find(({ id }) => id === source.backend)?.presetYaml ?? '';
  return draft.yaml;
}

/**
 * What the recipe asks of its inputs, read off two keys so that the next step can help. The gateway parses the recipe
 * for real when it plans.
 */
export function needsOf(yaml: string, presets: readonly Preset[]): RecipeNeeds | null {
  const backend = readKey(yaml, 'backend');
  const preset = presets.find(({ id }) => id === backend);
  if (!preset) return null;
  return { backend: preset.id, input: preset.input, calibration: readKey(yaml, 'mode') === 'static_ptq' };
}

function readKey(yaml: string, key: string): string | undefined {
  return new RegExp(`(?:^|[\\s{,])${key}\\s*:\\s*["']?([\\w.]+)`, 'm').exec(yaml)?.[1];
}

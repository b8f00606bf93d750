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
 * What the recipe asks of its inputs, read off two keys so that the next step can help; null without a backend of ours.
 * The gateway parses the recipe for real when it plans.
 */
export function needsOf(yaml: string, presets: readonly Preset[]): RecipeNeeds | null {
  const backends = valuesOf(yaml, 'backend');
  const preset = presets.find(({ id }) => backends.includes(id));
  if (!preset) return null;
  return { backend: preset.id, input: preset.input, calibration: valuesOf(yaml, 'mode').includes('static_ptq') };
}

/** Why no backend takes the recipe, as a sentence; null when one does, or when nothing is written yet. */
export function backendProblem(yaml: string, presets: readonly Preset[]): string | null {
  if (yaml.trim() === '' || needsOf(yaml, presets)) return null;
  const [backend] = valuesOf(yaml, 'backend');
  return `backend is ${backend ?? 'missing'}; it can be ${presets.map(({ id }) => id).join(', ')}.`;
}

/** Of a key, wherever it stands: a whole TAO spec may have a backend in other sections too. */
function valuesOf(yaml: string, key: string): string[] {
  const text = yaml.replace(/(^|\s)#.*$/gm, '');
  const pairs = text.matchAll(new RegExp(`(?:^|[\\s{,])["']?${key}["']?[ \\t]*:[ \\t]*["']?([^\\s,"'{}]+)`, 'gm'));
  return Array.from(pairs, ([, value]) => value ?? '');
}

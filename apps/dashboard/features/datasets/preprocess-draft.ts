/** What a person writes about the way of an image to a tensor; what is empty the model's input decides. */
export type PreprocessDraft = {
  readonly resize: string;
  readonly crop: string;
  readonly mean: string;
  readonly std: string;
  readonly color: '' | 'rgb' | 'bgr' | 'gray';
  readonly interpolation: '' | 'bilinear' | 'bicubic' | 'lanczos';
};

export const emptyDraft: PreprocessDraft = { resize: '', crop: '', mean: '', std: '', color: '', interpolation: '' };

export const presets = {
  model: { label: 'As the model’s input asks', draft: emptyDraft },
  imagenet: {
    label: 'ImageNet, 224 pixels',
    draft: {
      ...emptyDraft,
      resize: '256',
      crop: '224',
      mean: '0.485, 0.456, 0.406',
      std: '0.229, 0.224, 0.225',
      color: 'rgb',
      interpolation: 'bilinear',
    },
  },
  unit: { label: 'Values from 0 to 1', draft: { ...emptyDraft, mean: '0', std: '1' } },
} as const satisfies Record<string, { label: string; draft: PreprocessDraft }>;

export type Preset = keyof typeof presets;

export type Sides = number | readonly [height: number, width: number];

export type PreprocessSettings = {
  readonly resize?: Sides;
  readonly crop?: Sides;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly color?: string;
  readonly interpolation?: string;
};

/** A sentence for each field that cannot be read. */
export type PreprocessProblems = { readonly [Key in keyof PreprocessDraft]?: string };

/** The draft as the engine reads it: `preprocess.json` in the archive. */
export function readDraft(draft: PreprocessDraft): { settings: PreprocessSettings; problems: PreprocessProblems } {
  const settings: Record<string, unknown> = {};
  const problems: Record<string, string> = {};
  const take = (key: keyof PreprocessDraft, value: unknown, problem: string) => {
    if (draft[key].trim() === '') return;
    if (value === null) problems[key] = problem;
    else settings[key] = value;
  };
  take('resize', sides(draft.resize), 'A length for the shorter side, or HEIGHT×WIDTH');
  take('crop', sides(draft.crop), 'A length for both sides, or HEIGHT×WIDTH');
  take('mean', channels(draft.mean, -Infinity), 'One number, or one for each channel');
  take('std', channels(draft.std, 0), 'One number above 0, or one for each channel');
  take('color', draft.color, '');
  take('interpolation', draft.interpolation, '');
  return { settings, problems };
}

function sides(text: string): Sides | null {
  const found = text
    .split(/[x×,\s]+/)
    .filter((part) => part !== '')
    .map(Number);
  const good = found.every((side) => Number.isInteger(side) && side >= 1 && side <= 16_384);
  const [first, second, ...more] = found;
  if (!good || first === undefined || more.length > 0) return null;
  return second === undefined ? first : [first, second];
}

function channels(text: string, above: number): readonly number[] | null {
  const found = text
    .split(/[,;\s]+/)
    .filter((part) => part !== '')
    .map(Number);
  const good = found.every((value) => Number.isFinite(value) && value > above);
  return good && (found.length === 1 || found.length === 3) ? found : null;
}

'use client';

import { NativeSelect, SimpleGrid, TextInput } from '@mantine/core';
import type { PreprocessDraft, PreprocessProblems } from './preprocess-draft.ts';
import { type Preset, presets } from './preprocess-draft.ts';

type PreprocessFieldsProps = {
  draft: PreprocessDraft;
  problems: PreprocessProblems;
  onChange: (draft: PreprocessDraft) => void;
};

const texts = [
  { key: 'resize', label: 'Resize', placeholder: '256, or 224×224' },
  { key: 'crop', label: 'Crop from the middle', placeholder: '224' },
  { key: 'mean', label: 'Mean', placeholder: '0.485, 0.456, 0.406' },
  { key: 'std', label: 'Standard deviation', placeholder: '0.229, 0.224, 0.225' },
] as const;

/** How images become samples; empty fields are left to the model's input. */
export function PreprocessFields({ draft, problems, onChange }: PreprocessFieldsProps) {
  const same = (preset: Preset) => JSON.stringify(presets[preset].draft) === JSON.stringify(draft);
  const preset = (Object.keys(presets) as Preset[]).find(same) ?? '';
  return (
    <>
      <NativeSelect
        label="Preprocessing"
        description="As the network was trained; stored with the images. What is left empty is ImageNet’s at the size of the model’s input."
        value={preset}
        data={[
          ...Object.entries(presets).map(([value, { label }]) => ({ value, label })),
          ...(preset === '' ? [{ value: '', label: 'As below' }] : []),
        ]}
        onChange={({ currentTarget: { value } }) => value && onChange(presets[value as Preset].draft)}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        {texts.map(({ key, label, placeholder }) => (
          <TextInput
            key={key}
            label={label}
            placeholder={placeholder}
            value={draft[key]}
            error={problems[key]}
            onChange={(event) => onChange({ ...draft, [key]: event.currentTarget.value })}
          />
        ))}
        <NativeSelect
          label="Color"
          value={draft.color}
          data={[{ value: '', label: 'As the model’s input' }, 'rgb', 'bgr', 'gray']}
          onChange={(event) => onChange({ ...draft, color: event.currentTarget.value as PreprocessDraft['color'] })}
        />
        <NativeSelect
          label="Interpolation"
          value={draft.interpolation}
          data={[{ value: '', label: 'bilinear (default)' }, 'bilinear', 'bicubic', 'lanczos']}
          onChange={(event) =>
            onChange({ ...draft, interpolation: event.currentTarget.value as PreprocessDraft['interpolation'] })
          }
        />
      </SimpleGrid>
    </>
  );
}

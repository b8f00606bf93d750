import { Textarea } from '@mantine/core';

type YamlEditorProps = { value: string; problem: string | null; onChange: (yaml: string) => void };

/** The recipe as text. */
export function YamlEditor({ value, problem, onChange }: YamlEditorProps) {
  return (
    <Textarea
      label="Recipe YAML"
      description="The same keys and words as TAO's quantize: section. Rules match layer names, then class names; * crosses dots."
      placeholder={'quantize:\n  backend: torchao\n  mode: weight_only_ptq'}
      value={value}
      error={problem}
      onChange={(event) => onChange(event.currentTarget.value)}
      autosize
      minRows={12}
      maxRows={30}
      spellCheck={false}
      autoCapitalize="off"
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13, lineHeight: 1.6 } }}
    />
  );
}

import { TextInput } from '@mantine/core';
import type { FieldProps } from './field-props.ts';

type TextFieldProps = FieldProps & { text: { example: string } };

/** A text of a fixed shape; an empty one means what the option means without it. */
export function TextField({ label, description, value, initial, problemOf, disabled, text, onChange }: TextFieldProps) {
  const shown = value === null || value === undefined ? '' : String(value);
  return (
    <TextInput
      label={label}
      description={description}
      error={disabled || shown === '' ? null : problemOf(value)}
      value={shown}
      onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? initial : currentTarget.value)}
      placeholder={text.example}
      disabled={disabled}
      autoCapitalize="off"
      spellCheck={false}
    />
  );
}

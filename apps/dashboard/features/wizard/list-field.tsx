import { MultiSelect, TagsInput } from '@mantine/core';
import type { FieldProps } from './field-props.ts';

type ListFieldProps = FieldProps & { texts: { of: string; example: string; among?: readonly string[] | null } };

/** A list of texts: one is added with Enter, and by leaving the field. An empty one means what the option means without it, if that is nothing. */
export function ListField(props: ListFieldProps) {
  const { label, description, value, initial, problemOf, disabled, texts, onChange } = props;
  const all = Array.isArray(value) ? value.map(String) : [];
  const field = {
    label,
    error: disabled ? null : problemOf(value),
    value: all,
    onChange: (list: string[]) => onChange(list.length === 0 && !Array.isArray(initial) ? initial : list),
    disabled,
  };
  if (texts.among)
    return (
      <MultiSelect
        {...field}
        description={description}
        data={[...new Set([...texts.among, ...all])]}
        placeholder={all.length > 0 ? '' : 'none'}
      />
    );
  return (
    <TagsInput
      {...field}
      description={`${description} Press Enter after each.`}
      // A regular expression may well have a comma.
      splitChars={[]}
      placeholder={all.length > 0 ? '' : texts.example}
    />
  );
}

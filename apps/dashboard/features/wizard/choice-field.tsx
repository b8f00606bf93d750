import { Select, Switch } from '@mantine/core';
import type { FieldProps } from './field-props.ts';
import { optionWords } from './option-words.ts';
import type { Barred } from './recipe-choices.ts';

type ChoiceFieldProps = FieldProps & {
  choices: readonly { readonly value?: unknown }[];
  /** Values that cannot stand beside the other options. */
  barred: readonly Barred[];
};

/** One of a few values; of true and false, a switch. */
export function ChoiceField(props: ChoiceFieldProps) {
  const { label, description, value, problemOf, disabled, choices, barred, onChange } = props;
  if (typeof value === 'boolean' && choices.every((choice) => typeof choice.value === 'boolean'))
    return (
      <Switch
        label={label}
        description={description}
        checked={value}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
        disabled={disabled}
      />
    );
  const isBarred = (one: unknown) => barred.some((other) => keyOf(other.value) === keyOf(one));
  return (
    <Select
      label={label}
      description={[description, ...barred.map(({ reason }) => reason)].join(' ')}
      data={choices.map((choice) => ({
        value: keyOf(choice.value),
        label: optionWords(choice.value),
        disabled: isBarred(choice.value),
      }))}
      error={isBarred(value) ? 'Choose another value.' : problemOf(value)}
      value={keyOf(value)}
      onChange={(key) => onChange(choices.find((choice) => keyOf(choice.value) === key)?.value ?? null)}
      allowDeselect={false}
      disabled={disabled}
    />
  );
}

/** A value as a string, by which a choice is told from the others; null has one too. */
function keyOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}

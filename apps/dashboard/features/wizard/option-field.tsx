import { Select } from '@mantine/core';
import type { OptionFieldFragment as OptionData } from '#dashboard/graphql/generated/graphql.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { optionWords } from './option-words.ts';
import type { Barred } from './recipe-choices.ts';
import { WholeNumberField } from './whole-number-field.tsx';

/** What a field of the form needs to know of an option. */
export const OptionFieldFragment = graphql(`
  fragment OptionField on BackendOption {
    key
    title
    help
    choices {
      value
    }
    range {
      min
      max
    }
    initial
    onlyWith {
      option
      value
    }
    clash {
      value
      option
      otherValue
      reason
    }
  }
`);

type OptionFieldProps = {
  option: OptionData;
  value: unknown;
  /** false: the option has no effect beside the others. */
  live: boolean;
  /** Values that cannot stand beside the other options. */
  barred: readonly Barred[];
  onChange: (value: unknown) => void;
};

/** An option of a backend as a form has it: a choice of values, or a whole number. */
export function OptionField({ option, value, live, barred, onChange }: OptionFieldProps) {
  const { title, help, choices, range } = option;
  if (choices) {
    return (
      <Select
        label={title}
        description={[help, ...barred.map(({ reason }) => reason)].join(' ')}
        data={choices.map((choice) => ({
          value: keyOf(choice.value),
          label: optionWords(choice.value),
          disabled: barred.some((other) => keyOf(other.value) === keyOf(choice.value)),
        }))}
        error={barred.some((other) => keyOf(other.value) === keyOf(value)) ? 'Choose another value.' : null}
        value={keyOf(value)}
        onChange={(key) => onChange(choices.find((choice) => keyOf(choice.value) === key)?.value ?? null)}
        allowDeselect={false}
        disabled={!live}
      />
    );
  }
  return (
    <WholeNumberField
      label={title}
      description={help}
      value={value}
      range={range}
      initial={option.initial}
      disabled={!live}
      onChange={onChange}
    />
  );
}

/** A value as a string, by which a choice is told from the others; null has one too. */
function keyOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}

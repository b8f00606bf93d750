import type { OptionFieldFragment as OptionData } from '#dashboard/graphql/generated/graphql.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { ChoiceField } from './choice-field.tsx';
import type { FieldProps } from './field-props.ts';
import { ListField } from './list-field.tsx';
import { NumberField } from './number-field.tsx';
import { optionProblem } from './option-problem.ts';
import type { Barred } from './recipe-choices.ts';
import { TextField } from './text-field.tsx';

/** What a field of the form needs to know of an option. */
export const OptionFieldFragment = graphql(`
  fragment OptionField on BackendOption {
    key
    title
    help
    group {
      title
      help
    }
    choices {
      value
    }
    range {
      min
      max
      whole
    }
    texts {
      of
      example
      among
    }
    text {
      pattern
      example
    }
    initial
    withAlgorithm
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

/** An option of a backend as a form has it: one field for each kind of value. */
export function OptionField({ option, value, live, barred, onChange }: OptionFieldProps) {
  const { title, help, choices, range, texts, text, initial } = option;
  const field: FieldProps = {
    label: title,
    description: help,
    value,
    initial,
    problemOf: (one) => optionProblem(option, one),
    disabled: !live,
    onChange,
  };
  if (choices) return <ChoiceField {...field} choices={choices} barred={barred} />;
  if (range) return <NumberField {...field} range={range} />;
  if (texts) return <ListField {...field} texts={texts} />;
  return text ? <TextField {...field} text={text} /> : null;
}

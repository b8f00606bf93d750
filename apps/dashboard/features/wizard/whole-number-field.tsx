import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import { type NumberRange, numberProblem } from './whole-number.ts';

type WholeNumberFieldProps = {
  label: string;
  description: string;
  value: unknown;
  range: NumberRange | null | undefined;
  /** What a field means that is left empty. */
  initial: unknown;
  disabled: boolean;
  onChange: (value: unknown) => void;
};

/** A whole number as it was written: one that the option does not take stays, with the reason, and is never bent into another. */
export function WholeNumberField({
  label,
  description,
  value,
  range,
  initial,
  disabled,
  onChange,
}: WholeNumberFieldProps) {
  // Half a number that is being typed is no value yet; whoever leaves it so finds the recipe's value again.
  const [half, setHalf] = useState<string | null>(null);
  const shown = half ?? value ?? null;
  return (
    <NumberInput
      label={label}
      description={description}
      error={disabled || shown === null ? null : numberProblem(shown, range)}
      value={typeof shown === 'number' || typeof shown === 'string' ? shown : ''}
      onChange={(typed) => {
        setHalf(typeof typed === 'string' ? typed : null);
        if (typeof typed === 'number') onChange(typed);
      }}
      onBlur={() => {
        if (half === '') onChange(initial);
        setHalf(null);
      }}
      clampBehavior="none"
      {...(range ?? {})}
      disabled={disabled}
    />
  );
}

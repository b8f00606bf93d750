import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { FieldProps } from './field-props.ts';

type NumberFieldProps = FieldProps & { range: { min: number; max: number; whole: boolean } };

/** A number as it was written: one that the option does not take stays, with the reason, and is never bent into another. */
export function NumberField({
  label,
  description,
  value,
  initial,
  problemOf,
  range,
  disabled,
  onChange,
}: NumberFieldProps) {
  // Half a number that is being typed is no value yet; whoever leaves it so finds the recipe's value again.
  const [half, setHalf] = useState<string | null>(null);
  const shown = half ?? value ?? null;
  const { min, max, whole } = range;
  return (
    <NumberInput
      label={label}
      description={description}
      error={disabled || shown === null ? null : problemOf(shown)}
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
      min={min}
      max={max}
      step={whole ? 1 : 0.01}
      placeholder="not set"
      disabled={disabled}
    />
  );
}

import { formatCount } from '#dashboard/ui/format/number.ts';

export type NumberRange = { readonly min: number; readonly max: number };

/** Why a value is not one that an option of whole numbers takes, as a sentence; null when it is. */
export function numberProblem(value: unknown, range: NumberRange | null | undefined): string | null {
  const whole = typeof value === 'number' && Number.isSafeInteger(value);
  if (whole && (!range || (value >= range.min && value <= range.max))) return null;
  return range
    ? `Write a whole number from ${formatCount(range.min)} to ${formatCount(range.max)}.`
    : 'Write a whole number.';
}

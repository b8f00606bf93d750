/** A value of an option as people read it: `per_row` is “per row”. */
export function optionWords(value: unknown): string {
  if (value === null || value === undefined) return 'not set';
  return typeof value === 'string' ? value.replaceAll('_', ' ') : JSON.stringify(value);
}

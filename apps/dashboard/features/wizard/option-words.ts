/** A value of an option as people read it: `per_row` is “per row”, and `INT8_DEFAULT_CFG` is a name. */
export function optionWords(value: unknown): string {
  if (value === null || value === undefined) return 'not set';
  if (typeof value !== 'string') return JSON.stringify(value);
  return /[a-z]/.test(value) ? value.replaceAll('_', ' ') : value;
}

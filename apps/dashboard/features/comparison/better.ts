/** The facts of which one direction is better, by their label. */
const directions: Readonly<Record<string, 'higher' | 'lower'>> = {
  'Accuracy, float': 'higher',
  'Accuracy, quantized': 'higher',
  'Accuracy drop': 'lower',
  Agreement: 'higher',
  'Bytes after': 'lower',
  Compression: 'higher',
  Seconds: 'lower',
  'Seconds quantizing': 'lower',
};

/** Which of a row's values are the best; none when all are equal, or when no direction is better. */
export function bestOf(label: string, values: readonly (string | null)[]): ReadonlySet<number> {
  const direction = directions[label];
  const numbers = values.map((value) => (value === null ? Number.NaN : Number.parseFloat(value)));
  const known = numbers.filter((number) => !Number.isNaN(number));
  const best = direction === 'higher' ? Math.max(...known) : Math.min(...known);
  if (!direction || known.length < 2 || known.every((number) => number === best)) return new Set();
  return new Set(numbers.flatMap((number, index) => (number === best ? [index] : [])));
}

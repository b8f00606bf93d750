import { formatBytes } from './bytes.ts';

const whole = new Intl.NumberFormat('en-US');

export function formatCount(count: number): string {
  return whole.format(count);
}

/** `counted(1, 'layer')` is “1 layer”, `counted(2, 'layer')` “2 layers”. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function formatPercent(fraction: number, digits = 2): string {
  return `${(fraction * 100).toFixed(digits)} %`;
}

/** A difference of two fractions in percentage points, with its sign: “−0.33 points”. */
export function formatPoints(difference: number): string {
  const points = difference * 100;
  if (Math.abs(points) < 0.005) return '±0 points';
  return `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(2)} points`;
}

/** What became of a size: “3.85× smaller”, “1.3 % smaller”, “the same size”, “96 B larger”, “1.20× larger”. */
export function formatShrink(before: number, after: number): string {
  if (before <= 0 || after <= 0) return '–';
  const ratio = before / after;
  if (ratio >= 1.02) return `${times(ratio)} smaller`;
  if (ratio <= 0.98) return `${times(1 / ratio)} larger`;
  const percents = (100 * Math.abs(after - before)) / before;
  if (after === before) return 'the same size';
  const much = percents < 0.05 ? formatBytes(Math.abs(after - before)) : `${percents.toFixed(1)} %`;
  return `${much} ${after > before ? 'larger' : 'smaller'}`;
}

const times = (ratio: number) => `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`;

/** `[64, 1, 3, 3]` is “64 × 1 × 3 × 3”; a scalar has no dimensions. */
export function formatShape(shape: readonly (number | string)[]): string {
  return shape.length === 0 ? 'scalar' : shape.join(' × ');
}

type Tensor = {
  readonly granularity: string;
  readonly axis?: number | null;
  readonly groupSize?: number | null;
};

/** How scales are shared, in the words of the form: “per row” of a matrix, “per group of 32”, “per channel, axis 1”. */
export function describeGranularity({ granularity, axis, groupSize }: Tensor, shape: readonly number[]): string {
  if (granularity === 'per-group' && groupSize != null) return `per group of ${groupSize}`;
  if (granularity !== 'per-channel' || axis == null) return granularity.replace('-', ' ');
  return axis === 0 && shape.length === 2 ? 'per row' : `per channel, axis ${axis}`;
}

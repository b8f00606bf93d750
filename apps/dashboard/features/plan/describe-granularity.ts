type Tensor = {
  readonly granularity: string;
  readonly axis?: number | null;
  readonly groupSize?: number | null;
};

/** How scales are shared: “per-channel, axis 0”, “per-group of 32”. */
export function describeGranularity({ granularity, axis, groupSize }: Tensor): string {
  if (granularity === 'per-group' && groupSize != null) return `per-group of ${groupSize}`;
  return granularity === 'per-channel' && axis != null ? `per-channel, axis ${axis}` : granularity;
}

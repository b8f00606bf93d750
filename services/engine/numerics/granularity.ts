/**
 * How many elements share a scale. Shapes for a weight [N, K]:
 * per-tensor: scale []; per-channel along axis 0: scale [N]; per-group of g along the last axis: scale [N, K / g].
 */
export type Granularity =
  | { readonly kind: 'per-tensor' }
  | { readonly kind: 'per-channel'; readonly axis: number }
  | { readonly kind: 'per-group'; readonly size: number };

/**
 * The row-major matrix whose rows are the blocks that share a scale, where the blocks are contiguous in memory:
 * per-tensor, per-channel along axis 0, per-group along the last axis. Other axes have no such matrix: null.
 * A group size that does not divide the last dimension has none either.
 */
export function blocksAsRows(
  shape: readonly number[],
  granularity: Granularity,
): { readonly rows: number; readonly cols: number } | null {
  const elements = shape.reduce((product, size) => product * size, 1);
  switch (granularity.kind) {
    case 'per-tensor':
      return { rows: 1, cols: elements };
    case 'per-channel': {
      const [rows] = shape;
      return granularity.axis === 0 && rows ? { rows, cols: elements / rows } : null;
    }
    case 'per-group':
      return (shape.at(-1) ?? 0) % granularity.size === 0
        ? { rows: elements / granularity.size, cols: granularity.size }
        : null;
  }
}

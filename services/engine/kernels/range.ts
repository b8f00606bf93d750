import { arena, tiles } from './arena.ts';
import { canonicalNan } from './canonical-nan.ts';
import { kernelInstance } from './instance.ts';
import { checkShape } from './matrix.ts';

/**
 * Least and greatest element of each row: `values` [rows, cols] -> two arrays [rows].
 * NaN propagates; a row without elements gives Infinity and -Infinity. For a whole tensor take rows = 1.
 */
export function rowRange(values: Float32Array, rows: number, cols: number): { min: Float32Array; max: Float32Array } {
  checkShape(values.length, rows, cols);
  const { exports, memory } = kernelInstance();
  const input = new Float32Array(memory, arena.input);
  const results = new Float32Array(memory, arena.results);
  const min = new Float32Array(rows).fill(Number.POSITIVE_INFINITY);
  const max = new Float32Array(rows).fill(Number.NEGATIVE_INFINITY);
  for (const tile of tiles(rows, cols)) {
    input.set(values.subarray(tile.start, tile.start + tile.rows * tile.cols));
    exports.rowRange(arena.input, tile.rows, tile.cols, arena.results);
    for (let i = 0; i < tile.rows; i++) {
      const row = tile.row + i;
      min[row] = canonicalNan(Math.min(min[row] ?? 0, results[2 * i] ?? 0));
      max[row] = canonicalNan(Math.max(max[row] ?? 0, results[2 * i + 1] ?? 0));
    }
  }
  return { min, max };
}

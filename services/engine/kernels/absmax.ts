import { arena, tileElements, tiles } from './arena.ts';
import { canonicalNan } from './canonical-nan.ts';
import { kernelInstance } from './instance.ts';
import { checkShape } from './matrix.ts';

/** max |x| of each row: `values` [rows, cols] -> [rows]. NaN propagates; a row without elements gives 0. */
export function rowAbsmax(values: Float32Array, rows: number, cols: number): Float32Array {
  checkShape(values.length, rows, cols);
  const { exports, memory } = kernelInstance();
  const input = new Float32Array(memory, arena.input);
  const results = new Float32Array(memory, arena.results);
  const absmax = new Float32Array(rows);
  for (const tile of tiles(rows, cols)) {
    input.set(values.subarray(tile.start, tile.start + tile.rows * tile.cols));
    exports.rowAbsmax(arena.input, tile.rows, tile.cols, arena.results);
    for (let i = 0; i < tile.rows; i++) {
      absmax[tile.row + i] = canonicalNan(Math.max(absmax[tile.row + i] ?? 0, results[i] ?? 0));
    }
  }
  return absmax;
}

/** max |x| of each column: `values` [rows, cols] -> [cols]. NaN propagates; a column without elements gives 0. */
export function columnAbsmax(values: Float32Array, rows: number, cols: number): Float32Array {
  checkShape(values.length, rows, cols);
  const absmax = new Float32Array(cols);
  for (let first = 0; first < cols; first += tileElements) {
    const width = Math.min(tileElements, cols - first);
    absmax.set(stripAbsmax({ values, rows, cols, first, width }), first);
  }
  return absmax.map(canonicalNan);
}

type Strip = {
  readonly values: Float32Array;
  readonly rows: number;
  readonly cols: number;
  readonly first: number;
  readonly width: number;
};

function stripAbsmax({ values, rows, cols, first, width }: Strip): Float32Array {
  const { exports, memory } = kernelInstance();
  const input = new Float32Array(memory, arena.input);
  const output = new Float32Array(memory, arena.output, width).fill(0);
  const step = Math.floor(tileElements / width);
  for (let row = 0; row < rows; row += step) {
    const height = Math.min(step, rows - row);
    if (width === cols) input.set(values.subarray(row * cols, (row + height) * cols));
    else {
      for (let i = 0; i < height; i++) {
        const at = (row + i) * cols + first;
        input.set(values.subarray(at, at + width), i * width);
      }
    }
    exports.columnAbsmax(arena.input, height, width, arena.output);
  }
  return output;
}

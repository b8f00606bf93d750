/**
 * The fixed memory that tensors pass through in tiles, so that one of any size needs no more than this. Addresses
 * in bytes; the regions are whole pages of 64 KiB, and the first page stays empty so that address 0 is never data.
 */
const page = 65_536;
export const arena = {
  /** Two f32 parameters a row: scales, or the factors of a fake quantization. */
  parameters: page,
  moreParameters: 2 * page,
  /** Up to two f32 results a row. */
  results: 3 * page,
  input: 5 * page,
  output: 9 * page,
} as const;
export const memoryPages = 13;

/** Elements of at most four bytes that fit `input` and `output`: 256 KiB each stay in a second-level cache. */
export const tileElements = page;
/** Rows whose parameters and results fit their regions. */
const tileRows = page / 4;

/** Rows `row … row + rows` of a matrix, or a piece of one row; the elements `start … start + rows * cols` in memory order. */
export type Tile = { readonly row: number; readonly rows: number; readonly start: number; readonly cols: number };

/** Cuts a row-major matrix [rows, cols] into tiles: whole rows where a row fits, pieces of one row otherwise. */
export function* tiles(rows: number, cols: number): Generator<Tile> {
  if (cols === 0) return;
  if (cols <= tileElements) {
    const step = Math.min(tileRows, Math.floor(tileElements / cols));
    for (let row = 0; row < rows; row += step) {
      yield { row, rows: Math.min(step, rows - row), start: row * cols, cols };
    }
    return;
  }
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col += tileElements) {
      yield { row, rows: 1, start: row * cols + col, cols: Math.min(tileElements, cols - col) };
    }
  }
}

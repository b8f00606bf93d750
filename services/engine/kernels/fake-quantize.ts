import { arena, tiles } from './arena.ts';
import { kernelInstance } from './instance.ts';
import { checkPerRow, checkShape } from './matrix.ts';

type ScaledBothWays = {
  readonly values: Float32Array;
  readonly rows: number;
  readonly cols: number;
  /** [rows] each, from ../numerics/fake-quant-factors.ts. */
  readonly ups: Float32Array;
  readonly downs: Float32Array;
};

type FakeRows = ScaledBothWays & { readonly low: number; readonly high: number };

/** y = clamp(roundHalfEven(x * up), low, high) / down in f32, ModelOpt's fake quantization: `values` [rows, cols] -> [rows, cols]. */
export function fakeQuantizeRows({ low, high, ...matrix }: FakeRows): Float32Array {
  const { exports } = kernelInstance();
  const { input, parameters, moreParameters, output } = arena;
  return fakeTiles(matrix, (rows, cols) =>
    exports.fakeQuantize(input, rows, cols, parameters, moreParameters, low, high, output),
  );
}

/** y = e4m3(clamp(x * up, -448, 448)) * down in f32, ModelOpt's fake quantization to FP8: `values` [rows, cols] -> [rows, cols]. */
export function fakeQuantizeFloat8Rows(matrix: ScaledBothWays): Float32Array {
  const { exports } = kernelInstance();
  const { input, parameters, moreParameters, output } = arena;
  return fakeTiles(matrix, (rows, cols) =>
    exports.fakeQuantizeFloat8(input, rows, cols, parameters, moreParameters, output),
  );
}

function fakeTiles(
  { values, rows, cols, ups, downs }: ScaledBothWays,
  fake: (rows: number, cols: number) => void,
): Float32Array {
  checkShape(values.length, rows, cols);
  checkPerRow(ups, rows);
  checkPerRow(downs, rows);
  const { memory } = kernelInstance();
  const input = new Float32Array(memory, arena.input);
  const upParameters = new Float32Array(memory, arena.parameters);
  const downParameters = new Float32Array(memory, arena.moreParameters);
  const faked = new Float32Array(values.length);
  for (const tile of tiles(rows, cols)) {
    const length = tile.rows * tile.cols;
    input.set(values.subarray(tile.start, tile.start + length));
    upParameters.set(ups.subarray(tile.row, tile.row + tile.rows));
    downParameters.set(downs.subarray(tile.row, tile.row + tile.rows));
    fake(tile.rows, tile.cols);
    faked.set(new Float32Array(memory, arena.output, length), tile.start);
  }
  return faked;
}

import { arena, tiles } from './arena.ts';
import { kernelInstance } from './instance.ts';
import { checkPerRow, checkShape } from './matrix.ts';

type FakeRows = {
  readonly values: Float32Array;
  readonly rows: number;
  readonly cols: number;
  /** [rows] each, from `fakeQuantFactors` of ../numerics/fake-quant-factors.ts. */
  readonly ups: Float32Array;
  readonly downs: Float32Array;
  readonly low: number;
  readonly high: number;
};

/** y = clamp(roundHalfEven(x * up), low, high) / down in f32, ModelOpt's fake quantization: `values` [rows, cols] -> [rows, cols]. */
export function fakeQuantizeRows({ values, rows, cols, ups, downs, low, high }: FakeRows): Float32Array {
  checkShape(values.length, rows, cols);
  checkPerRow(ups, rows);
  checkPerRow(downs, rows);
  const { exports, memory } = kernelInstance();
  const input = new Float32Array(memory, arena.input);
  const upParameters = new Float32Array(memory, arena.parameters);
  const downParameters = new Float32Array(memory, arena.moreParameters);
  const faked = new Float32Array(values.length);
  for (const tile of tiles(rows, cols)) {
    const length = tile.rows * tile.cols;
    input.set(values.subarray(tile.start, tile.start + length));
    upParameters.set(ups.subarray(tile.row, tile.row + tile.rows));
    downParameters.set(downs.subarray(tile.row, tile.row + tile.rows));
    const { parameters, moreParameters, output } = arena;
    exports.fakeQuantize(arena.input, tile.rows, tile.cols, parameters, moreParameters, low, high, output);
    faked.set(new Float32Array(memory, output, length), tile.start);
  }
  return faked;
}

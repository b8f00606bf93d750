/** Matrices by address: `input` [rows, cols] and a number for each row -> `output`. */
type Encode = (input: number, rows: number, cols: number, scales: number, output: number) => void;
type Histogram = (
  ...args: [
    values: number,
    length: number,
    edges: number,
    bins: number,
    factor: number,
    first: number,
    span: number,
    counts: number,
    row: number,
  ]
) => void;
type QuantizationError = (counts: number, bins: number, scale: number) => number;
type PerRow = (input: number, rows: number, cols: number, output: number) => void;

type RowErrors = (input: number, rows: number, cols: number, ups: number, downs: number, sums: number) => void;

/** The kernels as WebAssembly exports them; addresses and lengths are numbers, see assembly/*.ts. */
export type KernelExports = {
  readonly rowAbsmax: PerRow;
  readonly rowAbsmaxBfloat16: PerRow;
  readonly rowAbsmaxFloat16: PerRow;
  readonly rowAbsmaxFloat64: PerRow;
  readonly columnAbsmax: PerRow;
  readonly rowRange: PerRow;
  readonly quantizeByDivision: Encode;
  readonly dequantizeInt8: Encode;
  readonly dequantizeE4m3: Encode;
  readonly dequantizeE5m2: Encode;
  fakeQuantize(
    ...args: [
      input: number,
      rows: number,
      cols: number,
      ups: number,
      downs: number,
      low: number,
      high: number,
      output: number,
    ]
  ): void;
  fakeQuantizeFloat8(
    ...args: [input: number, rows: number, cols: number, ups: number, downs: number, output: number]
  ): void;
  readonly int8RowErrors: RowErrors;
  readonly float8RowErrors: RowErrors;
  roundBfloat16(input: number, length: number, output: number): void;
  roundFloat16(input: number, length: number, output: number): void;
  widenBfloat16(input: number, length: number, output: number): void;
  widenFloat16(input: number, length: number, output: number): void;
  int8Scales(absmax: number, count: number, dtype: number, output: number): number;
  float8Scales(absmax: number, count: number, dtype: number, bound: number, output: number): number;
  readonly encodeInt8Float32: Encode;
  readonly encodeInt8Bfloat16: Encode;
  readonly encodeInt8Float16: Encode;
  readonly encodeOldInt8Bfloat16: Encode;
  readonly encodeOldInt8Float16: Encode;
  readonly encodeE4m3Float32: Encode;
  readonly encodeE4m3Bfloat16: Encode;
  readonly encodeE4m3Float16: Encode;
  readonly encodeE4m3Float64: Encode;
  readonly encodeE5m2Float32: Encode;
  readonly encodeE5m2Bfloat16: Encode;
  readonly encodeE5m2Float16: Encode;
  readonly encodeE5m2Float64: Encode;
  histogramByStep(
    ...args: [
      values: number,
      length: number,
      bins: number,
      density: number,
      shift: number,
      step: number,
      base: number,
      counts: number,
      row: number,
    ]
  ): void;
  readonly histogramFloat32: Histogram;
  readonly histogramFloat16: Histogram;
  sumRows(counts: number, bins: number): void;
  linearHistogram(
    ...args: [values: number, length: number, last: number, factor: number, bins: number, counts: number, row: number]
  ): void;
  magnitudeHistogram(
    ...args: [values: number, length: number, scale: number, bins: number, counts: number, row: number]
  ): void;
  divergence(
    ...args: [counts: number, length: number, quantized: number, merged: number, smoothed: number, spread: number]
  ): number;
  readonly int8Error: QuantizationError;
  readonly float8Error: QuantizationError;
};

/** A row-major matrix [rows, cols] with a scale for each row. */
export type ScaledRows<Values> = {
  readonly values: Values;
  readonly rows: number;
  readonly cols: number;
  /** [rows] */
  readonly scales: Float32Array;
};

export function checkShape(length: number, rows: number, cols: number): void {
  if (length !== rows * cols)
    throw new RangeError(`a matrix [${rows}, ${cols}] has ${rows * cols} elements, not ${length}`);
}

export function checkPerRow(parameters: Float32Array, rows: number): void {
  if (parameters.length !== rows)
    throw new RangeError(`${rows} rows need as many parameters, not ${parameters.length}`);
}

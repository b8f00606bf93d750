/**
 * Whether two tensors hold the same numbers: bytes for tensors an exporter copies, a relative tolerance for
 * those it computes (folding in another order of operations moves a few last bits).
 */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    if (difference > largest || Number.isNaN(difference)) largest = difference;
    if (Number.isNaN(largest)) return Number.POSITIVE_INFINITY;
  }
  return largest;
}

/** Bit for bit, so that a NaN equals itself. */
export function sameBits(a: Float32Array, b: Float32Array): boolean {
  if (a.length !== b.length) return false;
  const x = new Uint32Array(a.buffer, a.byteOffset, a.length);
  const y = new Uint32Array(b.buffer, b.byteOffset, b.length);
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return true;
}

/** |a − b| ≤ tolerance · largest |b|, for every element; stops at the first that is further away. */
export function nearlySame(a: Float32Array, b: Float32Array, tolerance: number): boolean {
  let limit = 0;
  for (const value of b) limit = Math.max(limit, Math.abs(value));
  return within(a, b, limit * tolerance);
}

/** |a − b| ≤ limit, for every element; stops at the first that is further away. */
export function within(a: Float32Array, b: Float32Array, limit: number): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!(Math.abs((a[i] ?? 0) - (b[i] ?? 0)) <= limit)) return false;
  return true;
}

/** [R, C] to [C, R]. */
export function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = matrix[r * columns + c] ?? 0;
  return result;
}

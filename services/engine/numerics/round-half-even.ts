/**
 * Nearest integer, ties to the even one: IEEE 754 roundTiesToEven, NumPy's `rint`, WebAssembly's `nearest`.
 * Keeps the sign of zero (-0.4 -> -0), NaN and infinities. Exact for every double.
 */
export function roundHalfEven(x: number): number {
  // From 2^52 on doubles are integers; below, adding 2^52 makes the hardware round at the units.
  if (!(Math.abs(x) < 2 ** 52)) return x;
  const rounded = Math.abs(x) + 2 ** 52 - 2 ** 52;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}

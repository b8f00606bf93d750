/** A number of at least 0 rounded to the nearest value of a dtype, ties to even: 0 float32, 1 bfloat16, 2 float16 (below 65520). */
// @ts-ignore: decorator
@inline
export function roundToDtype1(x: f32, dtype: i32): f32 {
  if (dtype == 0) return x;
  const bits = reinterpret<u32>(x);
  if (dtype == 1) return reinterpret<f32>((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
  // Subnormals of float16 are multiples of 2^-24, the spacing of f32 at 0.75.
  if (x < reinterpret<f32>(0x38800000)) return x + 0.75 - 0.75;
  return reinterpret<f32>((bits + 0xfff + ((bits >>> 13) & 1)) & 0xffffe000);
}

/** Four f32 rounded to bfloat16 (T = u16) or float16 (T = i16); below 2^-14 float16 gets more digits than it has. */
// @ts-ignore: decorator
@inline
export function roundToDtype4<T>(x: v128): v128 {
  const dropped = isSigned<T>() ? 13 : 16;
  const odd = v128.and(i32x4.shr_u(x, dropped), i32x4.splat(1));
  const nearly = i32x4.add(i32x4.add(x, i32x4.splat((1 << (dropped - 1)) - 1)), odd);
  return v128.and(nearly, i32x4.splat(-(1 << dropped)));
}

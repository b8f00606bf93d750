/** NaN has many bit patterns and WebAssembly leaves the choice open; results carry 0x7FC00000 only. */
// @ts-ignore: decorator
@inline
export function canonical(x: v128): v128 {
  return v128.bitselect(x, i32x4.splat(0x7fc00000), f32x4.eq(x, x));
}

/** The same for one number, stored at `to`. */
// @ts-ignore: decorator
@inline
export function storeCanonical(to: usize, x: f32): void {
  if (x == x) store<f32>(to, x);
  else store<u32>(to, 0x7fc00000);
}

import { roundToDtype1 } from './round-to-dtype';

/**
 * torchao's INT8 scales: max(rd(absmax / 127.5), 2^-23); see numerics/torchao-int8-scale.ts. `absmax` f32 [count] ->
 * `output` f32 [count]. `dtype` is the weights': 0 float32, 1 bfloat16, 2 float16. Returns how many are not finite.
 */
export function int8Scales(absmax: usize, count: i32, dtype: i32, output: usize): i32 {
  let unusual = 0;
  for (let i = 0; i < count; i++) {
    const at = <usize>i << 2;
    const scale = max<f32>(roundToDtype1(load<f32>(absmax + at) / 127.5, dtype), reinterpret<f32>(0x34000000));
    store<f32>(output + at, scale);
    if (!(scale < Infinity)) unusual++;
  }
  return unusual;
}

/**
 * torchao's FP8 scales: rd(absmax / bound); see numerics/torchao-float8-scale.ts. Returns how many are 0 or not
 * finite.
 */
export function float8Scales(absmax: usize, count: i32, dtype: i32, bound: f32, output: usize): i32 {
  let unusual = 0;
  for (let i = 0; i < count; i++) {
    const at = <usize>i << 2;
    const scale = roundToDtype1(load<f32>(absmax + at) / bound, dtype);
    store<f32>(output + at, scale);
    if (!(scale > 0 && scale < Infinity)) unusual++;
  }
  return unusual;
}

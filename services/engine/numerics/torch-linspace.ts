/** torch.linspace(start, end, steps) in f32: the upper half is counted down from the end; product and sum are rounded once. */
export function torchLinspace(start: number, end: number, steps: number): Float32Array {
  const step = Math.fround(Math.fround(end - start) / (steps - 1));
  const halfway = steps >> 1;
  return Float32Array.from({ length: steps }, (_, i) =>
    i < halfway ? start + step * i : end - step * (steps - 1 - i),
  );
}

/** The four rows of `counts` u32 [4, bins] added up in the first of them. */
export function sumRows(counts: usize, bins: i32): void {
  const row = <usize>bins << 2;
  const end = counts + row;
  const whole = counts + (row & ~15);
  for (; counts < whole; counts += 16) {
    const first = i32x4.add(v128.load(counts), v128.load(counts + row));
    const last = i32x4.add(v128.load(counts + 2 * row), v128.load(counts + 3 * row));
    v128.store(counts, i32x4.add(first, last));
  }
  for (; counts < end; counts += 4) {
    const first = load<u32>(counts) + load<u32>(counts + row);
    store<u32>(counts, first + load<u32>(counts + 2 * row) + load<u32>(counts + 3 * row));
  }
}

/** Indices `start` to `start + count` of each axis. */
export type Box = readonly { readonly start: number; readonly count: number }[];

/** The elements `first` to `end` in row-major order as boxes, in that order: at most two for each axis, and one. */
export function boxesOf(shape: readonly number[], first: number, end: number): readonly Box[] {
  const [length, ...inner] = shape;
  if (end <= first) return [];
  if (length === undefined) return [[]];
  const size = inner.reduce((product, count) => product * count, 1);
  const within = (index: number, from: number, to: number): readonly Box[] =>
    boxesOf(inner, from, to).map((box) => [{ start: index, count: 1 }, ...box]);
  const [head, tail] = [Math.ceil(first / size), Math.floor(end / size)];
  if (head > tail) return within(tail, first - tail * size, end - tail * size);
  const whole: Box = [{ start: head, count: tail - head }, ...inner.map((count) => ({ start: 0, count }))];
  return [
    ...within(head - 1, first - (head - 1) * size, size),
    ...(tail > head ? [whole] : []),
    ...within(tail, 0, end - tail * size),
  ];
}

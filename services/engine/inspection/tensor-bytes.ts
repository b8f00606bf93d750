import { dtypes } from '#engine/formats/dtype.ts';
import { elementCount } from '#engine/formats/element-count.ts';
import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';

/** Bytes of all elements, those that several tensors show counted once. */
export function tensorBytes(tensors: readonly CheckpointTensor[]): number {
  const first = new Map<string, CheckpointTensor>();
  const sharers = new Map<string, CheckpointTensor[]>();
  for (const tensor of tensors) {
    const { storageKey } = tensor;
    const other = first.get(storageKey);
    const known = sharers.get(storageKey);
    if (known) known.push(tensor);
    else if (other) sharers.set(storageKey, [other, tensor]);
    else first.set(storageKey, tensor);
  }
  let bytes = 0;
  for (const [key, tensor] of first) bytes += distinctBytes((sharers.get(key) ?? [tensor]).map(spanOf));
  return bytes;
}

/** The stretch of a storage that a tensor reaches over, of which it may leave out some, or show some twice. */
type Span = { readonly begin: number; readonly end: number; readonly shown: number };

function spanOf({ dtype, shape, strides, storageOffset }: CheckpointTensor): Span {
  const size = dtypes[dtype].bytes;
  const count = elementCount(shape);
  const begin = storageOffset * size;
  if (count === 0) return { begin, end: begin, shown: 0 };
  const last = shape.reduce((sum, dimension, axis) => sum + (dimension - 1) * (strides[axis] ?? 0), 0);
  return { begin, end: begin + (last + 1) * size, shown: count * size };
}

function distinctBytes(spans: readonly Span[]): number {
  let covered = 0;
  let reached = 0;
  for (const { begin, end } of spans.toSorted((a, b) => a.begin - b.begin)) {
    covered += Math.max(end - Math.max(begin, reached), 0);
    reached = Math.max(reached, end);
  }
  return Math.min(
    covered,
    spans.reduce((sum, { shown }) => sum + shown, 0),
  );
}

import { dtypes } from '#engine/formats/dtype.ts';
import { elementCount } from '#engine/formats/element-count.ts';
import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';

/** Bytes of all elements, those that several tensors show counted once. */
export function tensorBytes(tensors: readonly CheckpointTensor[]): number {
  const byStorage = new Map<string, Span[]>();
  for (const tensor of tensors) {
    const spans = byStorage.get(tensor.storageKey);
    if (spans) spans.push(spanOf(tensor));
    else byStorage.set(tensor.storageKey, [spanOf(tensor)]);
  }
  return [...byStorage.values()].reduce((sum, spans) => sum + distinctBytes(spans), 0);
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

import type { TensorSource } from '#engine/formats/onnx/tensor-source.ts';

/** The part of an axis that is wanted, and how many elements lie between neighbours along it, before and after. */
export type Strides = {
  readonly start: number;
  readonly count: number;
  readonly from: number;
  readonly to: number;
};

type Reading = {
  /** The last is the one along which neighbours lie beside each other. */
  readonly axes: readonly Strides[];
  /** Bytes of an element. */
  readonly size: number;
  readonly read: TensorSource['read'];
};

/** A read of a file costs about as much as reading so many bytes more. */
const worthPassing = 1 << 15;
const mostRead = 1 << 24;

/** A piece of the last axis: where it is read from, and where its first element goes. */
type Run = { readonly from: number; readonly count: number; readonly to: number };

/** Reads a box from the front to the back, short gaps with it, and puts each element in its place, counted from `first`. */
export function readRuns({ axes, size, read }: Reading, target: Uint16Array | Uint32Array, first: number): void {
  const step = axes.at(-1)?.to ?? 1;
  const most = mostRead / size;
  let batch: Run[] = [];
  let end = 0;
  const flush = () => {
    const start = batch[0]?.from ?? 0;
    const { buffer } = read(start * size, (end - start) * size);
    const values = size === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer);
    for (const { from, count, to } of batch) {
      let at = to - first;
      for (let index = from - start; index < from - start + count; index++) {
        target[at] = values[index] ?? 0;
        at += step;
      }
    }
    batch = [];
  };
  for (const run of runsOf(axes, most)) {
    const start = batch[0]?.from ?? run.from;
    if (batch.length > 0 && ((run.from - end) * size > worthPassing || run.from + run.count - start > most)) flush();
    batch.push(run);
    end = run.from + run.count;
  }
  if (batch.length > 0) flush();
}

/** In the order in which they lie; none longer than `most`. */
function* runsOf(axes: readonly Strides[], most: number): Generator<Run> {
  const [axis, ...inner] = axes;
  if (!axis) return yield { from: 0, count: 1, to: 0 };
  const { start, count, from, to } = axis;
  if (inner.length === 0) {
    for (let at = start; at < start + count; at += most)
      yield { from: at * from, count: Math.min(most, start + count - at), to: at * to };
    return;
  }
  for (let index = start; index < start + count; index++)
    for (const run of runsOf(inner, most)) yield { ...run, from: run.from + index * from, to: run.to + index * to };
}

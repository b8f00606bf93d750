import { writeAt } from '../formats/write-placed.ts';
import { weightDtypes } from '../numerics/weight-scheme.ts';
import { awaitMaximum, putMaximum, type TaskResult } from './board.ts';
import type { Bench, Work } from './perform-task.ts';
import { hasScale, refuseNotFinite } from './refuse-not-finite.ts';
import type { SlabBlocks } from './slab.ts';
import { storedScales } from './stored-scales.ts';
import type { PieceTask } from './tasks.ts';
import { settleUnusual, usual } from './unusual-blocks.ts';

const nothing: TaskResult = { dataCrc: 0, scaleCrc: 0, repaired: 0, nonFinite: 0 };

/** First time over a piece of a block that does not fit the slab: only its absmax. */
export function measurePiece(bench: Bench, work: Work<PieceTask>): TaskResult {
  const { weight, own, first, long } = work.task;
  let absmax = 0;
  for (const { shape, start } of slabsOf(bench, work)) {
    const [found = 0] = bench.slab.absmax(shape);
    if (weight.scheme.unusual === 'repair' && !hasScale(found, weight)) {
      refuseNotFinite({ weight, name: work.name, bytes: bench.slab.input, from: 0, length: shape.length, start });
    }
    absmax = Math.max(absmax, found);
  }
  putMaximum(bench.board, { index: first + own, long }, absmax);
  return nothing;
}

/** Second time: codes by the scale of the whole block. The first piece writes the scale, and tells what is unusual about it. */
export function encodePiece(bench: Bench, work: Work<PieceTask>): TaskResult {
  const { slab, fd, board, crc32 } = bench;
  const { weight, block, own, length } = work.task;
  const absmax = awaitMaximum(board, work.task);
  if (absmax === null) return nothing;
  const shape = { dtype: weight.dtype, scheme: weight.scheme, blocks: 1, length };
  const unusual = slab.makeScales(
    shape,
    weight.dtype === 'float64' ? Float64Array.of(absmax) : Float32Array.of(absmax),
  );
  const settled = unusual === 0 ? usual : settleUnusual(slab, { shape, weight, name: work.name, start: 0 });
  let dataCrc = 0;
  for (const { shape: part, start } of slabsOf(bench, work)) {
    const codes = slab.encode(part);
    if (settled.zeroed.length > 0) codes.fill(0);
    writeAt(fd, codes, weight.qdata + start);
    dataCrc = crc32(codes, dataCrc);
  }
  if (own > 0) return { ...nothing, dataCrc };
  const scale = storedScales(slab.scales.subarray(0, 1), weight.scaleDtype);
  writeAt(fd, scale, weight.scale + block * scale.length);
  return { dataCrc, scaleCrc: crc32(scale, 0), repaired: settled.repaired, nonFinite: settled.nonFinite };
}

/** Reads a piece into the slab part by part. */
function* slabsOf({ slab }: Bench, { task, read }: Work<PieceTask>): Generator<{ shape: SlabBlocks; start: number }> {
  const { dtype, scheme } = task.weight;
  const size = weightDtypes[dtype].bytes;
  const step = slab.input.length / size;
  for (let done = 0; done < task.length; done += step) {
    const length = Math.min(step, task.length - done);
    const start = task.start + done;
    read(slab.input.subarray(0, length * size), start * size);
    yield { shape: { dtype, scheme, blocks: 1, length }, start };
  }
}

import { writeAt } from '../formats/write-placed.ts';
import type { TaskResult } from './board.ts';
import type { Bench, Work } from './perform-task.ts';
import type { CopyTask } from './tasks.ts';

/** Bytes as they are, a slab at a time. */
export function copy({ slab, fd, crc32 }: Bench, { task, read }: Work<CopyTask>): TaskResult {
  let dataCrc = 0;
  for (let at = 0; at < task.bytes; at += slab.input.length) {
    const bytes = slab.input.subarray(0, Math.min(slab.input.length, task.bytes - at));
    read(bytes, task.start + at);
    dataCrc = crc32(bytes, dataCrc);
    writeAt(fd, bytes, task.to + at);
  }
  return { dataCrc, scaleCrc: 0, repaired: 0, nonFinite: 0 };
}

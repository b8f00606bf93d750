import { writeAt } from '../formats/write-placed.ts';
import { weightDtypes } from '../numerics/weight-scheme.ts';
import type { TaskResult } from './board.ts';
import { blocksInSlab } from './cut-tasks.ts';
import type { Bench, Work } from './perform-task.ts';
import { storedScales } from './stored-scales.ts';
import type { BlocksTask } from './tasks.ts';
import { settleUnusual, usual } from './unusual-blocks.ts';

/** Blocks that fit the slab: each is read once, measured and encoded while it is in the cache. */
export function quantizeBlocks({ slab, fd, crc32 }: Bench, { task, name, read }: Work<BlocksTask>): TaskResult {
  const { weight, first, count } = task;
  const { dtype, scheme, length } = weight;
  const step = blocksInSlab(weight);
  const result = { dataCrc: 0, scaleCrc: 0, repaired: 0, nonFinite: 0 };
  for (let block = first; block < first + count; block += step) {
    const shape = { dtype, scheme, length, blocks: Math.min(step, first + count - block) };
    const start = block * length;
    read(slab.input.subarray(0, shape.blocks * length * weightDtypes[dtype].bytes), start * weightDtypes[dtype].bytes);
    const unusual = slab.makeScales(shape, slab.absmax(shape));
    const { repaired, nonFinite, zeroed } = unusual === 0 ? usual : settleUnusual(slab, { shape, weight, name, start });
    const codes = slab.encode(shape);
    for (const index of zeroed) codes.fill(0, index * length, (index + 1) * length);
    writeAt(fd, codes, weight.qdata + start);
    const scales = storedScales(slab.scales.subarray(0, shape.blocks), weight.scaleDtype);
    writeAt(fd, scales, weight.scale + (block * scales.length) / shape.blocks);
    result.dataCrc = crc32(codes, result.dataCrc);
    result.scaleCrc = crc32(scales, result.scaleCrc);
    result.repaired += repaired;
    result.nonFinite += nonFinite;
  }
  return result;
}

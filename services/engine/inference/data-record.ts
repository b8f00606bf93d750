import { createHash, type Hash } from 'node:crypto';
import type { CalibrationData } from '#contract/outcome.ts';
import { dtypes } from '#engine/formats/dtype.ts';
import type { Batch, Dataset } from './dataset.ts';

/** Takes down what a graph is fed with, once: the same data gives the same digest however it was cut into batches. */
export function createDataRecord(dataset: Pick<Dataset, 'idOf' | 'random' | 'preprocess'>) {
  const preprocess = dataset.preprocess ? { preprocess: dataset.preprocess } : {};
  const ids: string[] = [];
  const hashes = new Map<string, Hash>();
  return {
    add({ start, count, repeated, feeds }: Batch): void {
      for (let i = 0; i < count; i++) ids.push(dataset.idOf(start + i));
      for (const [name, { bytes, dtype }] of feeds) {
        const hash = hashes.get(name) ?? createHash('sha256');
        hashes.set(name, hash);
        const size = dtypes[dtype].bytes;
        hash.update(bytes.subarray(Math.floor(((bytes.length / size) * repeated) / (repeated + count)) * size));
      }
    },
    data(): CalibrationData {
      const whole = createHash('sha256').update(JSON.stringify(ids));
      for (const [name, hash] of [...hashes].sort(([a], [b]) => (a < b ? -1 : 1)))
        whole.update(JSON.stringify([name, hash.digest('hex')]));
      return { samples: ids.length, ids, digest: whole.digest('hex'), random: dataset.random, ...preprocess };
    },
  };
}

export type DataRecord = ReturnType<typeof createDataRecord>;

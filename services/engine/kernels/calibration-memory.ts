import { instantiate, type KernelInstance } from './instantiate.ts';
import { kernelModule } from './module.ts';

const page = 65_536;

/** Bins of the largest histogram that the kernels of calibration take. */
export const mostBins = 32_768;

/** Elements that fit `values`. */
export const chunkElements = 4 * (page / 4);

/** Addresses of memory of their own; the search of a threshold lays its arrays over those of the collection. */
export const calibrationMemory = {
  values: page,
  edges: 5 * page,
  /** Behind the longest edges. */
  range: 7 * page + page / 2,
  /** A row of counts for each of the four lanes. */
  counts: 8 * page,
  quantized: page,
  reference: 2 * page,
  smoothed: 8 * page,
  spread: 10 * page,
} as const;
const pages = 16;

let instance: KernelInstance | undefined;

export function calibrationInstance(): KernelInstance {
  instance ??= instantiate(kernelModule(), pages);
  return instance;
}

import { elementCount } from '#engine/formats/element-count.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { isFloating } from '#engine/numerics/as-float32.ts';
import { weightDtypes } from '#engine/numerics/weight-scheme.ts';
import type { DecidedModule } from '../decide/decide-network.ts';
import { packableQuantizers } from './packable.ts';

/** The zip entry of a tensor. */
const entryBytes = 295;

/** An estimate of what packing takes off the file: less than nothing where a float tensor keeps the storage. */
export function savedBytes({ tensors }: Checkpoint, decisions: readonly DecidedModule[]): number {
  const packable = packableQuantizers(decisions);
  const packed = new Set(packable.map(({ weight }) => weight.name));
  const kept = new Set(tensors.filter(({ name }) => !packed.has(name)).map(({ storageKey }) => storageKey));
  return packable.reduce((sum, { weight: { dtype, shape, storageKey }, axis }) => {
    const elements = elementCount(shape);
    const before = isFloating(dtype) && !kept.has(storageKey) ? weightDtypes[dtype].bytes : 0;
    kept.add(storageKey);
    const scales = axis === null ? 1 : (shape[axis] ?? 1);
    return sum + elements * (before - 1) - scales * 4 - entryBytes;
  }, 0);
}

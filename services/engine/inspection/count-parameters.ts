import type { InspectedTensor } from '#contract/inspection.ts';
import { elementCount } from '#engine/formats/element-count.ts';

/** Statistics that layers keep beside what they learn. */
const buffer = /(^|\.)running_(mean|var)$/;

/** Elements of floating-point tensors that are learned, as `sum(p.numel() for p in model.parameters())` counts them. */
export function countParameters(tensors: readonly Pick<InspectedTensor, 'name' | 'dtype' | 'shape'>[]): number {
  return tensors
    .filter(({ name, dtype }) => /float/.test(dtype) && !buffer.test(name))
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

import { repairedScale } from '../numerics/torchao-float8-scale.ts';
import { refuseNotFinite } from './refuse-not-finite.ts';
import type { Slab, SlabBlocks } from './slab.ts';
import type { WeightFacts } from './tasks.ts';

export type Settled = {
  readonly repaired: number;
  readonly nonFinite: number;
  /** Blocks whose codes are to be zeros. */
  readonly zeroed: readonly number[];
};

export const usual: Settled = { repaired: 0, nonFinite: 0, zeroed: [] };

type Where = {
  readonly shape: SlabBlocks;
  readonly weight: WeightFacts;
  readonly name: string;
  /** Index in the weight of the first element in the slab. */
  readonly start: number;
};

/** Goes over the scales in the slab that are 0 or not finite, as the scheme says. Errors: UNSUPPORTED for a weight that is not finite. */
export function settleUnusual({ scales, input }: Slab, { shape, weight, name, start }: Where): Settled {
  const repair = weight.scheme.unusual === 'repair';
  const zeroed: number[] = [];
  let nonFinite = 0;
  for (let block = 0; block < shape.blocks; block++) {
    const scale = scales[block] ?? 0;
    if (scale > 0 && scale < Number.POSITIVE_INFINITY) continue;
    if (repair && scale !== 0) {
      const from = block * shape.length;
      refuseNotFinite({ weight, name, bytes: input, from, length: shape.length, start });
    }
    if (repair) {
      scales[block] = repairedScale;
      zeroed.push(block);
    } else {
      nonFinite++;
      if (Number.isNaN(scale)) storeNan(scales, block, weight);
    }
  }
  return { repaired: zeroed.length, nonFinite, zeroed };
}

/** The NaN that torch computes on x86: of float16 weights it has all bits set. */
function storeNan(scales: Float32Array, block: number, { dtype }: WeightFacts): void {
  new Uint32Array(scales.buffer, scales.byteOffset + 4 * block, 1)[0] = dtype === 'float16' ? 0x7fffffff : 0x7fc00000;
}

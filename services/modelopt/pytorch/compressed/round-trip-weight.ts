import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { isFloating } from '#engine/numerics/as-float32.ts';
import type { Amax, NumberFormat } from '../quantizer.ts';
import { packWeight, unpackWeight } from './pack-weight.ts';
import { packedScale } from './packed-scale.ts';

/** How the network computes with a weight of this dtype once it is packed. */
export function roundTripWeight({ dtype: stored }: Pick<CheckpointTensor, 'dtype'>) {
  const dtype = isFloating(stored) ? stored : 'float32';
  return (values: Float32Array, amax: Amax, format: NumberFormat): Float32Array => {
    const scales = packedScale(amax, format, dtype).values;
    return unpackWeight(packWeight({ values, scales, format, dtype }), { scales, format, dtype });
  };
}

import type { RecurrentLayer } from '#engine/companion/input-quantizer.ts';
import type { Quantizer } from '../quantizer.ts';

/** The layer and direction whose input a quantizer of a recurrent module sees; null: it is of another module. */
export function recurrentLayer({ attribute }: Pick<Quantizer, 'attribute'>): RecurrentLayer | null {
  const [, layer, reverse] = /^layer_(\d+)(_reverse)?_input_quantizer$/.exec(attribute) ?? [];
  if (layer === undefined) return null;
  return { layer: Number(layer), direction: reverse ? 'reverse' : 'forward' };
}

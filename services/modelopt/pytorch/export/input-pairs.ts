import type { ModuleInput } from '#engine/companion/companion.ts';
import type { NodeRead, QdqPair } from '#engine/companion/quantized/with-qdq.ts';
import type { ExportedQuantizer, LeftQuantizer } from './exported-quantizer.ts';
import { pairScales } from './pair-scales.ts';

export type PlacedPairs = { readonly pairs: readonly QdqPair[]; readonly left: readonly LeftQuantizer[] };

/**
 * A pair on every tensor that a module is called with, read by the module alone. `inputsOf` tells what a module is
 * called with. The quantizers of recurrent modules round a state that a node keeps to itself.
 */
export function inputPairs(
  quantizers: readonly ExportedQuantizer[],
  inputsOf: (module: string) => readonly ModuleInput[],
): PlacedPairs {
  const placed = quantizers.map(({ quantizer, name, amax, preScale }) => {
    if (quantizer.attribute !== 'input_quantizer') return { pairs: [], left: [{ name, why: recurrent }] };
    const pairs = [...readsByTensor(inputsOf(quantizer.module))].map(([tensor, reads]): QdqPair => {
      const scales = pairScales(amax.values, quantizer.format);
      return { name, tensor, reads, format: quantizer.format, scales, axis: null, preScale };
    });
    return { pairs, left: pairs.length > 0 ? [] : [{ name, why: hidden }] };
  });
  return { pairs: placed.flatMap(({ pairs }) => pairs), left: placed.flatMap(({ left }) => left) };
}

const recurrent = 'a recurrent node keeps the states that they round to itself';
const hidden = 'the companion graph does not show what they round';

function readsByTensor(inputs: readonly ModuleInput[]): ReadonlyMap<string, readonly NodeRead[]> {
  const reads = new Map<string, NodeRead[]>();
  for (const { tensor, node, input } of inputs) reads.set(tensor, [...(reads.get(tensor) ?? []), { node, input }]);
  return reads;
}

import type { NetworkModule } from '../network/network-modules.ts';
import type { Quantizer } from '../quantizer.ts';
import { isSince, type QuantizableClass, quantizableClass, type Release } from './quantizer-table.ts';
import { recurrentQuantizers } from './recurrent-quantizers.ts';

/** A quantizer as ModelOpt inserts it, before any configuration. */
export type InsertedQuantizer = Quantizer & {
  /** No configuration switches it on: outputs here, and the indices that an Embedding is called with. */
  readonly isLocked: boolean;
};

/** Every quantizer that a release of ModelOpt inserts into a module, in its order: a file that lacks one cannot be restored. */
export function insertedQuantizers(module: NetworkModule, release: Release): readonly InsertedQuantizer[] {
  const known = quantizableClass(module.class);
  if (!known || !isSince(release, known.since)) return [];
  return makers[known.quantizers](module);
}

const makers: {
  readonly [Kind in QuantizableClass['quantizers']]: (module: NetworkModule) => readonly InsertedQuantizer[];
} = {
  weighted: (module) => [input(module), output(module), weight(module, 0)],
  observed: (module) => [input(module), output(module)],
  embedding: (module) => [weight(module, null), { ...input(module), isEnabled: false, isLocked: true }, output(module)],
  recurrent: recurrentQuantizers,
};

const input = ({ name }: NetworkModule): InsertedQuantizer => ({
  module: name,
  attribute: 'input_quantizer',
  role: 'input',
  weight: null,
  isEnabled: true,
  format: 'int8',
  axis: null,
  isLocked: false,
});

const output = ({ name }: NetworkModule): InsertedQuantizer => ({
  module: name,
  attribute: 'output_quantizer',
  role: 'output',
  weight: null,
  isEnabled: false,
  format: 'int8',
  axis: null,
  isLocked: true,
});

const weight = (module: NetworkModule, axis: 0 | null): InsertedQuantizer => ({
  module: module.name,
  attribute: 'weight_quantizer',
  role: 'weight',
  weight: module.weight,
  isEnabled: true,
  format: 'int8',
  axis,
  isLocked: false,
});

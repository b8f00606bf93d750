import type { NetworkModule } from '../network/network-modules.ts';
import type { InsertedQuantizer } from './inserted-quantizers.ts';

/**
 * Of an LSTM, GRU or RNN: one for each weight, then one for what each layer and direction is called with. ModelOpt
 * makes the latter for `num_layers × directions` layers, so that those of a bidirectional module are twice as many as
 * it uses. One with projections has more of them.
 */
export function recurrentQuantizers({ name, weights }: NetworkModule): readonly InsertedQuantizer[] {
  const leaves = weights.map((weight) => ({ weight, leaf: weight.name.slice(weight.name.lastIndexOf('.') + 1) }));
  const directions = leaves.some(({ leaf }) => leaf.endsWith('_reverse')) ? ['', '_reverse'] : [''];
  const layers = leaves.filter(({ leaf }) => /^weight_ih_l\d+$/.test(leaf)).length;
  const seen = leaves.some(({ leaf }) => leaf.startsWith('weight_hr_')) ? ['layer', 'proj'] : ['layer'];
  const quantizer = { module: name, isEnabled: true, format: 'int8', axis: null, isLocked: false } as const;
  return [
    ...leaves.map(({ leaf, weight }): InsertedQuantizer => {
      return { ...quantizer, attribute: `${leaf}_weight_quantizer`, role: 'weight', weight };
    }),
    ...Array.from({ length: layers * directions.length }, (_, layer) => layer).flatMap((layer) =>
      directions.flatMap((direction) =>
        seen.map((what): InsertedQuantizer => {
          return {
            ...quantizer,
            attribute: `${what}_${layer}${direction}_input_quantizer`,
            role: 'input',
            weight: null,
          };
        }),
      ),
    ),
  ];
}

import type { DecidedModule } from '../decide/decide-network.ts';
import type { Quantizer } from '../quantizer.ts';

/** A weight quantizer whose weight can be packed. */
export type PackableQuantizer = Quantizer & { readonly weight: NonNullable<Quantizer['weight']> };

/** `mtq.compress` packs a tensor that is called `weight`, of modules below the root that read it through their quantizer. */
export function isPackable(
  { module }: Pick<DecidedModule, 'module'>,
  quantizer: Quantizer,
): quantizer is PackableQuantizer {
  return (
    quantizer.isEnabled &&
    quantizer.weight !== null &&
    quantizer.attribute === 'weight_quantizer' &&
    module.name !== '' &&
    module.class !== 'NonDynamicallyQuantizableLinear'
  );
}

export function packableQuantizers(decisions: readonly DecidedModule[]): readonly PackableQuantizer[] {
  return decisions.flatMap((decided) => decided.quantizers.filter((quantizer) => isPackable(decided, quantizer)));
}

/** Modules with quantized weights that stay floating-point numbers. */
export function unpackableModules(decisions: readonly DecidedModule[]): readonly string[] {
  return decisions
    .filter((decided) =>
      decided.quantizers.some((one) => one.role === 'weight' && one.isEnabled && !isPackable(decided, one)),
    )
    .map(({ module }) => module.name);
}

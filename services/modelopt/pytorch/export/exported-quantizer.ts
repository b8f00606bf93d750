import { type Amax, type Buffers, type Quantizer, quantizerName } from '../quantizer.ts';

/** A quantizer that rounds: enabled, and calibrated. */
export type ExportedQuantizer = {
  readonly quantizer: Quantizer;
  readonly name: string;
  readonly amax: Amax;
  /** SmoothQuant's `_pre_quant_scale`; null: none. */
  readonly preScale: Float32Array | null;
};

/** A quantizer that has no pair in the exported graph, with why as a clause. */
export type LeftQuantizer = { readonly name: string; readonly why: string };

/** One without an amax would take it from each batch, which no pair can do. */
export function exportedQuantizers(
  quantizers: readonly Quantizer[],
  buffersOf: ReadonlyMap<string, Buffers>,
): readonly ExportedQuantizer[] {
  return quantizers.flatMap((quantizer): ExportedQuantizer[] => {
    const name = quantizerName(quantizer);
    const { _amax: amax, _pre_quant_scale: preScale } = buffersOf.get(name) ?? {};
    return quantizer.isEnabled && amax ? [{ quantizer, name, amax, preScale: preScale?.values ?? null }] : [];
  });
}

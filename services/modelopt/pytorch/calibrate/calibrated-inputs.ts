import type { InputQuantizer } from '#engine/companion/input-quantizer.ts';
import type { DecidedModule } from '../decide/decide-network.ts';
import { recurrentLayer } from '../network/recurrent-layer.ts';
import { type Amax, type Buffers, type Quantizer, quantizerName } from '../quantizer.ts';
import type { CalibratedInputs } from '../weights/smooth-weights.ts';

/** What the file keeps of the calibrated input quantizers, by name. */
export function inputBuffers(
  decisions: readonly DecidedModule[],
  inputs: CalibratedInputs,
): ReadonlyMap<string, Buffers> {
  return new Map(
    calibrated(decisions, inputs).map(({ quantizer, amax, preScale }): [string, Buffers] => {
      const _amax: Amax = { values: Float32Array.of(amax), shape: [] };
      if (!preScale) return [quantizerName(quantizer), { _amax }];
      return [quantizerName(quantizer), { _amax, _pre_quant_scale: { values: preScale, shape: [preScale.length] } }];
    }),
  );
}

/** What of them the evidence computes with. */
export function roundedInputs(
  decisions: readonly DecidedModule[],
  inputs: CalibratedInputs,
): readonly InputQuantizer[] {
  return calibrated(decisions, inputs).map(({ quantizer, amax, preScale }) => {
    const { module, format } = quantizer;
    return { module, layer: recurrentLayer(quantizer), format, amax, preScale };
  });
}

type Calibrated = { readonly quantizer: Quantizer; readonly amax: number; readonly preScale: Float32Array | null };

function calibrated(decisions: readonly DecidedModule[], inputs: CalibratedInputs): readonly Calibrated[] {
  const enabled = decisions
    .flatMap(({ quantizers }) => quantizers)
    .filter(({ role, isEnabled }) => role === 'input' && isEnabled);
  return enabled.flatMap((quantizer) => {
    const input = inputs.get(quantizerName(quantizer));
    return input ? [{ quantizer, ...input }] : [];
  });
}

import type { InputQuantizer } from '#engine/companion/input-quantizer.ts';
import type { Calibration } from './calibrate-activations.ts';
import type { DecidedModule } from './decide-network.ts';
import { type Buffers, type Quantizer, quantizerName } from './quantizer.ts';

/** What the file keeps of the calibrated input quantizers, by name. */
export function inputBuffers(
  decisions: readonly DecidedModule[],
  calibration: Calibration,
): ReadonlyMap<string, Buffers> {
  return new Map(
    calibrated(decisions, calibration).map(({ quantizer, amax }) => [
      quantizerName(quantizer),
      { _amax: { values: Float32Array.of(amax), shape: [] } },
    ]),
  );
}

/** What of them the evidence computes with. */
export function roundedInputs(
  decisions: readonly DecidedModule[],
  calibration: Calibration,
): readonly InputQuantizer[] {
  return calibrated(decisions, calibration).map(({ quantizer: { module, format }, amax }) => {
    return { module, layer: null, format, amax, preScale: null };
  });
}

type Calibrated = { readonly quantizer: Quantizer; readonly amax: number };

function calibrated(decisions: readonly DecidedModule[], { amaxOf }: Calibration): readonly Calibrated[] {
  const enabled = decisions
    .flatMap(({ quantizers }) => quantizers)
    .filter(({ role, isEnabled }) => role === 'input' && isEnabled);
  return enabled.flatMap((quantizer) => {
    const amax = amaxOf.get(quantizerName(quantizer));
    return amax === undefined ? [] : [{ quantizer, amax }];
  });
}
